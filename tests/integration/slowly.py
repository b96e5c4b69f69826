"""A line that is slow: a proxy that holds back everything that comes, in both directions."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import gevent
from gevent.server import StreamServer

CHUNK = 65536


@contextmanager
def slow_line(url: str, delay: float) -> Iterator[str]:
    """The `tcp://` address of an engine, each way to which takes so many seconds more."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    target = (parts.hostname, parts.port)

    def serve(near: socket.socket, _: object) -> None:
        with socket.create_connection(target, timeout=10) as far:
            far.settimeout(None)
            both = [gevent.spawn(_pass_on, near, far, delay), gevent.spawn(_pass_on, far, near, delay)]
            gevent.joinall(both, count=1)
            gevent.killall(both)

    server = StreamServer(("127.0.0.1", 0), serve)
    server.start()
    try:
        yield f"tcp://127.0.0.1:{server.server_port}"
    finally:
        server.stop(timeout=1)


def _pass_on(source: socket.socket, target: socket.socket, delay: float) -> None:
    try:
        while chunk := source.recv(CHUNK):
            gevent.sleep(delay)
            target.sendall(chunk)
    except OSError:
        return
