"""Whose turn it is to ship under a lock, and whether anybody may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shippy.model.people import Person


@dataclass(frozen=True, slots=True)
class Closure:
    """Somebody has locked ships, until a time or until it is lifted (None)."""

    by: Person
    reason: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """Who waits for a lock, in their order, and what closes it to everybody.

    `called` is since when the first one has been told that it is their turn; None while the lock is held.
    """

    queue: tuple[Person, ...] = ()
    called: datetime | None = None
    closure: Closure | None = None
