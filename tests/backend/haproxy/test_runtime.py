"""The Runtime API's client, against servers that behave badly."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import gevent
import pytest
from gevent.event import Event
from gevent.server import StreamServer

from shippy.backend.haproxy.runtime import Runtime
from shippy.errors import Unavailable

Serve = Callable[[Callable[[socket.socket], None]], Runtime]


@pytest.fixture
def served_by() -> Iterator[Serve]:
    """Start a server of a connection, and give the client for it, with a time-out of 0.2 s."""
    servers = []

    def start(handle: Callable[[socket.socket], None]) -> Runtime:
        server = StreamServer(("127.0.0.1", 0), lambda link, _: handle(link))
        server.start()
        servers.append(server)
        return Runtime("lb1", f"tcp://127.0.0.1:{server.address[1]}", within=0.2)

    yield start
    for server in servers:
        server.stop(timeout=0)


def say(answer: bytes) -> Callable[[socket.socket], None]:
    def handle(link: socket.socket) -> None:
        link.recv(1000)
        link.sendall(answer)

    return handle


def test_a_command_is_one_line_and_its_answer_all_that_comes(served_by: Serve) -> None:
    heard = []

    def handle(link: socket.socket) -> None:
        heard.append(link.recv(1000))
        for _ in range(3):
            link.sendall(b"x" * 100_000)
        link.sendall(b"\n\n")

    assert len(served_by(handle).ask("show info")) == 300_000
    assert heard == [b"show info\n"]


def test_an_unexpected_answer_is_an_error_that_quotes_it(served_by: Serve) -> None:
    runtime = served_by(say(b"Permission denied\n\n"))
    with pytest.raises(Unavailable) as error:
        runtime.tell("set map /a web blue/none/0")
    assert error.value.what == "lb1"
    assert error.value.why == "it answers 'Permission denied' to 'set map /a web blue/none/0'"


def test_the_expected_answer_is_none(served_by: Serve) -> None:
    served_by(say(b"\n")).tell("set map /a web blue/none/0")
    served_by(say(b"Server deleted.\n")).tell("del server a/b", "Server deleted.")


def test_commands_on_one_line_have_an_answer_each_also_where_it_is_none(served_by: Serve) -> None:
    runtime = served_by(say(b"\n0x1 web blue/none/0\n0x2 api blue/none/0\n\n\nNo such proxy.\n\n"))
    answers = runtime.ask_all("set map /a web blue/none/0", "show map /a", "show map /b", "show stat web_blue")
    assert answers == ["", "0x1 web blue/none/0\n0x2 api blue/none/0", "", "No such proxy."]


@pytest.mark.parametrize("answer", [b"", b"\n", b"\n0x1 web blue/none/0\n"])
def test_an_answer_that_breaks_off_is_none(served_by: Serve, answer: bytes) -> None:
    with pytest.raises(Unavailable, match="of 2 commands"):
        served_by(say(answer)).ask_all("set map /a web blue/none/0", "show map /a")


def test_silence_ends_in_time(served_by: Serve) -> None:
    def handle(link: socket.socket) -> None:
        link.recv(1000)
        Event().wait(5)

    with gevent.Timeout(2), pytest.raises(Unavailable, match=r"no answer within 0.2 s"):
        served_by(handle).ask("show info")


def test_an_answer_that_never_ends_ends_in_time(served_by: Serve) -> None:
    def handle(link: socket.socket) -> None:
        with suppress(OSError):
            while True:
                link.sendall(b"x")
                gevent.sleep(0.01)

    with gevent.Timeout(2), pytest.raises(Unavailable, match=r"no answer within 0.2 s"):
        served_by(handle).ask("show info")


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no such file or directory"):
        Runtime("lb1", f"unix://{tmp_path}/gone.sock").ask("show info")
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="connection refused"):
            Runtime("lb1", f"tcp://127.0.0.1:{reserved.getsockname()[1]}").ask("show info")
