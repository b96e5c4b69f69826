"""Work that is not stopped half done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import gevent

T = TypeVar("T")


def uninterrupted(work: Callable[[], T]) -> T:
    """Do something in a greenlet of its own, to its end. It has to be something that ends by itself, soon.

    Whoever is killed meanwhile gets the result, and dies where it waits next; what else comes, such as a time-out,
    comes once the work is done.
    """
    working = gevent.spawn(_outcome, work)
    killed: gevent.GreenletExit | None = None
    interruption: BaseException | None = None
    while not working.ready():
        try:
            working.join()
        except gevent.GreenletExit as kill:
            killed = kill
        except BaseException as told:  # noqa: BLE001 - whatever was thrown at this greenlet is raised below
            interruption = told
    this = gevent.getcurrent()
    if killed is not None and isinstance(this, gevent.Greenlet):
        this.kill(killed, block=False)
    if interruption is not None:
        raise interruption
    outcome = working.get()
    if isinstance(outcome, Raised):
        raise outcome.error
    return outcome


@dataclass(frozen=True, slots=True)
class Raised:
    error: Exception


def _outcome(work: Callable[[], T]) -> T | Raised:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - it is raised again, where the caller waits
        return Raised(error)
