"""What happens to a lock, apart from the deploys that hold it: who waits for it, and who closes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shippy.model import Person, Place


@dataclass(frozen=True, slots=True)
class LockEvent:
    lock: str


@dataclass(frozen=True, slots=True)
class Joined(LockEvent):
    """Somebody waits for the lock; they are told at `place` when it is their turn."""

    person: Person
    place: Place


@dataclass(frozen=True, slots=True)
class Left(LockEvent):
    """Somebody waits no longer; `reason` is empty where they said so themselves, or have begun to ship."""

    person: Person
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TurnCame(LockEvent):
    """The lock is free, and it is this person's turn."""

    person: Person
    place: Place


@dataclass(frozen=True, slots=True)
class ShipsLocked(LockEvent):
    """No deploy begins until `until`, or until it is lifted. It stands in the way of nothing else."""

    by: Person
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShipsUnlocked(LockEvent):
    by: Person
