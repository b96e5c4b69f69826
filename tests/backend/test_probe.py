from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import islice

import pytest
from gevent.event import Event
from gevent.pywsgi import WSGIServer
from gevent.server import StreamServer

from shippy.backend.probe import pauses, probe
from shippy.model import Endpoint


class App:
    """Answers every path with its number, and /silent once `released` is set."""

    def __init__(self) -> None:
        self.released = Event()

    def __call__(self, environ, start_response):  # type: ignore[no-untyped-def]  # WSGI's own types say no more
        path = environ["PATH_INFO"].removeprefix("/")
        if path == "silent":
            self.released.wait(10)
        start_response(f"{path if path.isdigit() else 200} Whatever", [("Content-Length", "0")])
        return [b""]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    app = App()
    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.start()
    yield Endpoint("web1", *server.address)
    app.released.set()
    server.stop(timeout=1)


@pytest.mark.parametrize("status", ["200", "204", "302"])
def test_success_and_redirection_are_healthy(endpoint: Endpoint, status: str) -> None:
    assert probe(endpoint, f"/{status}", within=5) is None


@pytest.mark.parametrize("status", ["404", "500", "503"])
def test_an_error_is_told_with_its_status(endpoint: Endpoint, status: str) -> None:
    assert probe(endpoint, f"/{status}", within=5) == f"GET /{status} answered {status}"


def test_a_closed_port_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert probe(Endpoint("web1", *unused.getsockname()), "/", within=5) == "GET /: connection refused"


def test_a_name_that_does_not_resolve_is_told() -> None:
    assert probe(Endpoint("web1", "nowhere.invalid", 80), "/", within=5) == "GET /: name or service not known"


def test_silence_ends_with_the_time_out(endpoint: Endpoint) -> None:
    assert probe(endpoint, "/silent", within=0.05) == "GET /silent had no answer within 0.05 s"


def test_what_is_no_answer_is_told() -> None:
    def greet(link: socket.socket, _: object) -> None:
        link.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

    server = StreamServer(("127.0.0.1", 0), greet)
    server.start()
    assert probe(Endpoint("web1", *server.address), "/", within=5) == "GET /: does not speak HTTP"
    server.stop(timeout=1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\n\nfine",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Served-By: here\r\n and there\r\n\r\nfine",
    ],
    ids=["lines without CR", "two lengths", "a header in two lines"],
)
def test_an_answer_need_not_be_spelled_perfectly(answer: bytes) -> None:
    server = StreamServer(("127.0.0.1", 0), lambda link, _: link.sendall(answer))
    server.start()
    assert probe(Endpoint("web1", *server.address), "/", within=5) is None
    server.stop(timeout=1)


def test_probes_are_close_together_at_first_and_never_further_apart_than_the_interval() -> None:
    taken = list(islice(pauses(1.0), 200))
    assert taken[0] < 0.005
    assert taken == sorted(taken)
    assert taken[-1] == 1.0
    assert set(islice(pauses(0.001), 10)) == {0.001}


@pytest.mark.parametrize("hosts", [1, 100, 1000])
def test_a_container_is_seen_healthy_at_most_a_tenth_of_its_time_late_and_what_many_hosts_need(hosts: int) -> None:
    seen = 0.0
    for pause in islice(pauses(60.0, hosts), 50):
        assert pause <= max(0.003, hosts / 5000, 0.1001 * seen)
        seen += pause


@pytest.mark.parametrize("hosts", [100, 1000, 20000])
def test_all_hosts_together_are_not_probed_too_often(hosts: int) -> None:
    assert all(hosts / pause <= 5000.001 for pause in islice(pauses(60.0, hosts), 50))
