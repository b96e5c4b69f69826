"""The small server: nobody who is silent, slow or many keeps it busy."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from typing import Any

import pytest

from shippy.errors import Unavailable
from shippy.serving import CONNECTIONS, Server, StartResponse

SECONDS = 0.5


def hello(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    with suppress(OSError):
        environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


@pytest.fixture
def port() -> Iterator[int]:
    server = Server("the test", "127.0.0.1:0", hello, SECONDS)
    yield server.start()
    server.stop(1.0)


def test_whoever_is_silent_or_slow_is_gone_in_time(port: int) -> None:
    for sent in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: ", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"):
        with closing(socket.create_connection(("127.0.0.1", port), 5)) as slow:
            slow.sendall(sent)
            began = time.monotonic()
            assert slow.recv(1) == b""
            assert time.monotonic() - began < 10 * SECONDS


def test_however_many_are_silent_others_are_answered(port: int) -> None:
    with ExitStack() as ending:
        for _ in range(2 * CONNECTIONS):
            ending.enter_context(closing(socket.create_connection(("127.0.0.1", port), 5)))
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"hello"


def test_an_address_that_somebody_has_is_told() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unavailable, match=f"the address of the test, {where},"):
            Server("the test", where, hello).start()


def test_an_address_of_ip_version_6_has_brackets() -> None:
    server = Server("the test", "[::1]:0", hello)
    with closing(socket.create_connection(("::1", server.start()), 5)):
        server.stop(1.0)
