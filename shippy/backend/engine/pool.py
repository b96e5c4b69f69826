"""The connections to one engine that are kept between calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from shippy.backend.engine.connecting import Link, Way
from shippy.backend.engine.errors import BrokenOff
from shippy.backend.engine.http import Answer, Turn, ask, at_once

KEPT = 2
"""How many idle connections an engine is left with, at most."""


class Pool:
    """Makes connections, keeps those that are fit for another call, and closes all others.

    Args:
        way: how the engine is reached.
        connect_within: seconds for a connection, with its handshakes.
        idle_within: seconds of silence after which a connection counts as lost.
        turn: see http.Turn.
    """

    def __init__(self, way: Way, connect_within: float, idle_within: float, turn: Turn = at_once) -> None:
        self.name = way.name
        self._way = way
        self.connect_within = connect_within
        self.idle_within = idle_within
        self._turn = turn
        self._idle: list[Link] = []
        self._closed = False

    @property
    def was_left(self) -> bool:
        """Whether the engine has closed a connection that was kept: it may have ended, and come back as another one."""
        return any(self._way.is_over(link) for link in self._idle)

    @contextmanager
    def asked(self, request: bytes, *, again: bool) -> Iterator[Answer]:
        """Send a request, and have its answer.

        Args:
            again: whether the request does no harm if it comes twice, so that it can be sent once more where a kept
                connection proves to be lost.

        Raises:
            EngineError, OSError, EOFError: there is no answer.
        """
        link, kept = self._taken()
        done = False
        try:
            try:
                answer = ask(link, request, self._turn)
            except (BrokenOff, ConnectionError):
                if not (kept and again):
                    raise
                link.close()
                link = self._made()
                answer = ask(link, request, self._turn)
            yield answer
            done = answer.leaves_it_usable
        finally:
            # Whoever is killed, or has had enough of an answer, leaves a connection that says what nobody waits for.
            if done and not self._closed and len(self._idle) < KEPT:
                self._idle.append(link)
            else:
                link.close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed when their calls end."""
        self._closed = True
        while self._idle:
            with suppress(OSError):
                self._idle.pop().close()
        self._way.close()

    def _taken(self) -> tuple[Link, bool]:
        while self._idle:
            link = self._idle.pop()
            if not self._way.is_over(link):
                link.settimeout(self.idle_within)
                return link, True
            link.close()
        return self._made(), False

    def _made(self) -> Link:
        link = self._way.connect(self.connect_within)
        link.settimeout(self.idle_within)
        return link
