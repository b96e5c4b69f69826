"""Working on all hosts at once, however many they are, with room for whatever else the process has to do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, Protocol, TypeVar

import gevent
from gevent.event import Event
from gevent.queue import SimpleQueue

from shippy.errors import HostFailed

AT_ONCE = 20
"""So many go on between two looks of the event loop at its sockets."""

MOMENT = 0.000001
"""Seconds until the next ones do: any, because timers go off behind such a look, and `sleep(0)` is ahead of it."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


Host = TypeVar("Host", bound=Named)
Result = TypeVar("Result")


class Turns:
    """Has many greenlets go on a few at a time.

    Who is ready runs as soon as those before it have: hundreds that begin, or are answered, at the same moment would
    keep everybody else waiting, and whoever has just typed something most of all, since an answer takes several steps.
    """

    def __init__(self) -> None:
        self._left = AT_ONCE
        self._waiting: deque[Event] = deque()

    def take(self) -> None:
        """Wait for a turn. First come, first served."""
        if self._left == AT_ONCE:
            gevent.spawn(self._go_round)
        if self._left:
            self._left -= 1
        else:
            turn = Event()
            self._waiting.append(turn)
            turn.wait()

    def _go_round(self) -> None:
        while self._left < AT_ONCE:
            # Behind those who were given their turn, and then behind a look at the sockets.
            gevent.sleep(0)
            gevent.sleep(MOMENT)
            self._left = AT_ONCE
            while self._left and self._waiting:
                self._left -= 1
                self._waiting.popleft().set()


def on_each(
    hosts: Collection[Host],
    work: Callable[[Host], Result],
    finished: Callable[[Result | HostFailed], None] = lambda _: None,
) -> dict[str, Result | HostFailed]:
    """What the work came to on each host, in their order. Ends with the work when it is killed itself."""
    ended: SimpleQueue[tuple[str, gevent.Greenlet[..., Any]]] = SimpleQueue()
    running: list[gevent.Greenlet[..., Result | HostFailed]] = []
    turns = Turns()

    def begin() -> None:
        for host in hosts:
            turns.take()
            greenlet = gevent.spawn(outcome_of, work, host)
            greenlet.link(partial(_put, ended, host.name))
            running.append(greenlet)

    beginning = gevent.spawn(begin)
    outcomes = {}
    try:
        for _ in hosts:
            name, greenlet = ended.get()
            turns.take()
            outcomes[name] = outcome = greenlet.get()
            finished(outcome)
    finally:
        beginning.kill()
        gevent.killall(running)
    return {host.name: outcomes[host.name] for host in hosts}


def _put(
    ended: SimpleQueue[tuple[str, gevent.Greenlet[..., Any]]], name: str, greenlet: gevent.Greenlet[..., Any]
) -> None:
    ended.put((name, greenlet))


def outcome_of(work: Callable[[Host], Result], host: Host) -> Result | HostFailed:
    """The greenlet of one host: a failure of its is an outcome like any other."""
    try:
        return work(host)
    except HostFailed as failure:
        return failure
