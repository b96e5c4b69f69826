"""A server that stands where Slack should be, and gives the same HTTP answer to whatever it is asked."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import gevent

from shippy.chat.slack import SlackApi


@contextmanager
def answering(answer: bytes, then_wait: float = 0.0) -> Iterator[SlackApi]:
    """A server that gives this HTTP answer to each call."""

    def serve() -> None:
        while True:
            client, _ = server.accept()
            with client:
                client.recv(65536)
                client.sendall(answer)
                gevent.sleep(then_wait)

    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = gevent.spawn(serve)
        try:
            yield SlackApi("token", f"http://127.0.0.1:{server.getsockname()[1]}/api/", timeout=0.5)
        finally:
            serving.kill()


def http(status: str, body: str, headers: str = "") -> bytes:
    length = len(body.encode())
    return f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}".encode()
