"""A line to a database that can be silent, or lose an answer: what stands between a daemon and its PostgreSQL."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

import gevent
from gevent.event import Event
from gevent.server import StreamServer

MOST = 65536
SERVER_SECONDS = 5.0


class Line:
    """Passes on what both sides say, until it is told otherwise. Use as a context manager."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._server = StreamServer(("127.0.0.1", 0), self._pass_on)
        self._open = Event()
        self._open.set()
        self._doomed: bytes | None = None
        self._connected: set[gevent.Greenlet[..., None]] = set()
        self.lost = 0

    @property
    def port(self) -> int:
        return int(self._server.server_port or 0)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.set()
        gevent.killall(list(self._connected))
        self._server.stop()

    def lose_the_answer_to(self, words: bytes) -> None:
        """The next time that the daemon says this, the server hears it, and the line ends before the answer is back."""
        self._doomed = words

    def fall_silent(self) -> None:
        """Neither side hears the other any more, nor that it does not."""
        self._open.clear()

    def abandon(self) -> None:
        """It is as silent to those who are connected now, for good; who connects from now on is heard."""
        self._open.clear()
        self._open = Event()
        self._open.set()

    def speak(self) -> None:
        self._open.set()

    def _pass_on(self, daemon: socket.socket, _address: object) -> None:
        open_ = self._open
        with daemon, socket.create_connection(("127.0.0.1", self._server_port)) as server:
            answers = gevent.spawn(self._answers, server, daemon, open_)
            self._connected.add(answers)
            while said := self._heard(daemon, open_):
                doomed = self._doomed is not None and self._doomed in said
                if doomed:
                    self._doomed = None
                    answers.kill()
                server.sendall(said)
                if doomed:
                    server.settimeout(SERVER_SECONDS)
                    server.recv(MOST)
                    self.lost += 1
                    return
            answers.kill()

    def _answers(self, server: socket.socket, daemon: socket.socket, open_: Event) -> None:
        while said := self._heard(server, open_):
            daemon.sendall(said)
        daemon.close()

    def _heard(self, side: socket.socket, open_: Event) -> bytes:
        try:
            said = side.recv(MOST)
        except OSError:
            return b""
        open_.wait()
        return said
