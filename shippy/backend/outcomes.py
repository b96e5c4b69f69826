"""Works side by side, whose outcomes are fetched one by one as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import gevent
from gevent.pool import Group
from gevent.queue import SimpleQueue

T = TypeVar("T")


class Outcomes(Generic[T]):
    """Each work, in a greenlet of its own, puts as many outcomes as it has. A bug in one is raised by `get`."""

    def __init__(self) -> None:
        self._works = Group()
        self._told: SimpleQueue[T | gevent.Greenlet[..., Any]] = SimpleQueue()

    def work(self, work: Callable[..., None], *arguments: object) -> None:
        self._works.spawn(work, *arguments).link_exception(self._told.put)

    def put(self, outcome: T) -> None:
        self._told.put(outcome)

    def get(self) -> T:
        """The next outcome, as soon as there is one."""
        told = self._told.get()
        return told.get() if isinstance(told, gevent.Greenlet) else told

    def kill(self) -> None:
        """End the works that go on."""
        self._works.kill()
