"""Working on all hosts at once, however many they are, with room for whatever else the process has to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, Protocol, TypeVar

import gevent
from gevent.queue import SimpleQueue

from shippy.errors import HostFailed

AT_ONCE = 20
"""So many hosts are begun with, before what is ready otherwise has its turn."""

PATIENCE = 0.01
"""How long the next ones wait for that, at most, in seconds."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


Host = TypeVar("Host", bound=Named)
Result = TypeVar("Result")


def on_each(
    hosts: Collection[Host],
    work: Callable[[Host], Result],
    finished: Callable[[Result | HostFailed], None] = lambda _: None,
) -> dict[str, Result | HostFailed]:
    """What the work came to on each host, in their order. Ends with the work when it is killed itself.

    A greenlet that is ready runs as soon as those before it have: hundreds that begin at the same moment, or end, would
    keep everybody else waiting. So they begin in groups, each when nothing else is to be done.
    """
    ended: SimpleQueue[tuple[str, gevent.Greenlet[..., Any]]] = SimpleQueue()
    running: list[gevent.Greenlet[..., Result | HostFailed]] = []

    def begin(some: Iterable[Host]) -> None:
        for host in some:
            greenlet = gevent.spawn(outcome_of, work, host)
            greenlet.link(partial(_put, ended, host.name))
            running.append(greenlet)

    def begin_all() -> None:
        left = list(hosts)
        while left:
            begin(left[:AT_ONCE])
            left = left[AT_ONCE:]
            gevent.with_timeout(PATIENCE, gevent.idle, timeout_value=None)

    beginning = gevent.spawn(begin_all)
    outcomes = {}
    try:
        for number in range(1, len(hosts) + 1):
            name, greenlet = ended.get()
            outcomes[name] = outcome = greenlet.get()
            finished(outcome)
            if number % AT_ONCE == 0:
                gevent.sleep(0)
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
