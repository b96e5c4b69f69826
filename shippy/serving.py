"""A small HTTP server. Who is silent or slow has a connection for a while, and a few have one at a time.

It listens in the daemon's own network: who fills it on purpose, again and again, keeps others waiting.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol

import gevent
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

from shippy.errors import Unavailable

log = logging.getLogger(__name__)

CONNECTIONS = 8
CONNECTION_SECONDS = 10.0
"""One connection at most: who calls often makes another one next time, and who says nothing is gone."""

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Serving(Protocol):
    """What has a server of its own."""

    def start(self) -> int:
        """Begin to listen, and return the port. Raises Unavailable where the address cannot be had."""

    def stop(self, within: float) -> None:
        """Take no more connections, and end those there are after so many seconds."""


class BoundedServer(WSGIServer):
    """gevent's server, which by itself lets a silent client have a connection for ever."""

    connection_seconds = CONNECTION_SECONDS

    def handle(self, sock: Any, address: Any) -> None:
        # A Timeout would not do: the handler catches it, and goes on to wait for what is left of the request.
        ending = gevent.spawn_later(self.connection_seconds, _cut, sock)
        try:
            # What the handler does not expect to fail does so once the line is cut.
            with suppress(OSError):
                super().handle(sock, address)
        finally:
            ending.kill(block=False)


def _cut(sock: socket.socket) -> None:
    """End a connection for whoever waits at it, too."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


class Server:
    """Serves a WSGI application at an address ("127.0.0.1:9464", "[::1]:80"), a few connections at a time.

    Args:
        what: what its address is of, for people: "the metrics".
        seconds: that one connection may take.
    """

    def __init__(self, what: str, listen: str, application: Application, seconds: float = CONNECTION_SECONDS) -> None:
        self._what = what
        self._listen = listen
        self._application = application
        self._seconds = seconds
        self._server: BoundedServer | None = None

    def start(self) -> int:
        """Begin to listen, and return the port. Raises Unavailable where the address cannot be had."""
        host, _, port = self._listen.rpartition(":")
        family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
        try:
            listener = socket.create_server((host.strip("[]"), int(port)), family=family)
        except OSError as error:
            what = f"the address of {self._what}, {self._listen},"
            raise Unavailable(what, error.strerror or str(error)) from error
        self._server = BoundedServer(listener, self._application, log=None, error_log=log, spawn=Pool(CONNECTIONS))
        self._server.connection_seconds = self._seconds
        self._server.start()
        return self._server.server_port or 0

    def stop(self, within: float) -> None:
        """Take no more connections, and end those there are after so many seconds."""
        if self._server is not None:
            self._server.stop(within)
