"""What a nginx says of an app, and what answers in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gevent.pywsgi import WSGIServer
from hypothesis import given
from hypothesis import strategies as st

from shippy.backend.nginx.state import ONE_WITHIN, Running, State, decoded, encoded
from shippy.backend.nginx.text import quoted
from shippy.errors import Unavailable
from shippy.model import Endpoint, Routing, Share, Slot, Traffic

WANTED = Traffic(
    Routing(Slot.BLUE, Slot.GREEN, Share(2500), "d1"),
    {Slot.BLUE: frozenset({Endpoint("web1", "10.0.0.11", 1)}), Slot.GREEN: frozenset({Endpoint("web1", "::1", 2)})},
)
NOBODY = ("127.0.0.1", 9)

Serve = Callable[[str], tuple[str, int]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Answer every request with this text."""
    servers: list[WSGIServer] = []

    def start(text: str) -> tuple[str, int]:
        def answer(_: dict[str, Any], begin: Callable[..., Any]) -> list[bytes]:
            begin("200 OK", [])
            return [text.encode()]

        server = WSGIServer(("127.0.0.1", 0), answer, log=None)
        server.start()
        servers.append(server)
        return "127.0.0.1", int(server.address[1])

    yield start
    for server in servers:
        server.stop(timeout=0)


ENDPOINTS = st.frozensets(st.builds(Endpoint, st.text(), st.text(), st.integers(0, 65535)), max_size=3)
TRAFFIC = st.builds(
    Traffic,
    st.builds(
        Routing,
        st.sampled_from(Slot),
        st.none() | st.sampled_from(Slot),
        st.builds(Share, st.integers(0, 10_000)),
        st.text(),
    ),
    st.dictionaries(st.sampled_from(Slot), ENDPOINTS),
)


@given(TRAFFIC)
def test_what_is_told_is_understood(traffic: Traffic) -> None:
    assert decoded(encoded("web", traffic), "web") == traffic


@given(TRAFFIC)
def test_nothing_in_it_means_anything_to_nginx(traffic: Traffic) -> None:
    """nginx's own quoting: of the two characters after a backslash, a quote or a backslash stands for itself."""
    word = quoted(encoded("web", traffic))
    inside = word[1:-1]
    assert "$" not in inside
    assert "'" not in inside
    assert decoded(inside.replace("\\\\", "\\"), "web") == traffic


@pytest.mark.parametrize("turn", [0, 1])
def test_either_port_can_be_the_one(serve: Serve, turn: int) -> None:
    ports = [NOBODY, NOBODY]
    ports[turn] = serve(encoded("web", WANTED))
    assert State("lb1", "web", ports).running() == Running(turn, WANTED)


def test_nobody_at_both_is_told() -> None:
    with pytest.raises(Unavailable) as unavailable:
        State("lb1", "web", [NOBODY, ("127.0.0.1", 10)]).running()
    assert unavailable.value.why == "nothing answers at http://127.0.0.1:9, nor at port 10"


def test_old_workers_that_do_not_let_go_are_not_mistaken_for_the_new_ones(serve: Serve) -> None:
    ports = [serve(encoded("web", WANTED)), serve(encoded("web", Traffic(Routing(Slot.BLUE))))]
    with pytest.raises(Unavailable) as unavailable:
        State("lb1", "web", ports).running()
    assert unavailable.value.why == f"its old workers still take connections {ONE_WITHIN:g} s after a reload"


@pytest.mark.parametrize("text", ["", "{}", "[]", "<html>", encoded("api", WANTED), '{"app": "web", "stable": "red"}'])
def test_something_else_there_is_told_apart(serve: Serve, text: str) -> None:
    with pytest.raises(Unavailable, match=r"is no nginx with shippy's files"):
        State("lb1", "web", [serve(text), NOBODY]).running()
