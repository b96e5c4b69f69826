"""A lock: who waits for it, whose turn it is, who has closed it."""

from __future__ import annotations

from datetime import datetime

from shippy import events
from shippy.answers import TurnsReport
from shippy.events import Entry
from shippy.model import Closure, Deploy, Person, Turns
from shippy.sentences.phrases import deployed, lasting, listed, moment


def narrate_lock(entry: Entry, holder: Deploy | None, *, bot: str) -> str | None:
    """The words for a LockEvent, or None for one that nobody needs to read."""
    match entry.event:
        case events.Joined(person=person) if holder is not None:
            return f"{person.name} waits for the lock."
        case events.Left(person=person, reason=reason) if reason:
            return f"{person.name} {reason}, and waits for the lock no longer. `{bot} join` waits again."
        case events.TurnCame(lock=lock):
            return f"The lock {lock} is free, and it is your turn: `{bot} ship <branch>`, or `{bot} leave`."
        case events.ShipsLocked(by=by, reason=reason, until=until):
            return f"{by.name} has locked ships{until_when(until)}: {reason.removesuffix('.')}."
        case events.ShipsUnlocked(by=by):
            return f"{by.name} has unlocked ships. `{bot} ship <branch>` works again."
        case _:
            return None


def report(said: TurnsReport, *, bot: str) -> str:
    """Who holds the lock, what closes it, who waits, and what whoever asked can do."""
    return "\n".join([*_state(said), *in_line(said.turns), _next(said, bot)])


def in_line(turns: Turns) -> list[str]:
    """What closes a lock, and who waits for it, a line each."""
    closed = [f"{closed_by(turns.closure)}."] if turns.closure else []
    waiting = [f"Waiting: {listed(person.name for person in turns.queue)}."] if turns.queue else []
    return [*closed, *waiting]


def closed_by(closure: Closure) -> str:
    """ "kim has locked ships until 2026-11-23 12:00 UTC: the database moves"."""
    return f"{closure.by.name} has locked ships{until_when(closure.until)}: {closure.reason.removesuffix('.')}"


def until_when(until: datetime | None) -> str:
    return f" until {moment(until)}" if until else ""


def _state(said: TurnsReport) -> list[str]:
    """Who holds the lock. Of a free one that is closed, only the latter is told."""
    if said.holder is not None:
        since = lasting(said.holder.started, said.now)
        return [f"{said.holder.owner.name} holds the lock {said.lock}, shipping {deployed(said.holder)} for {since}."]
    return [] if said.turns.closure else [f"The lock {said.lock} is free."]


def _next(said: TurnsReport, bot: str) -> str:
    place = _place(said.turns.queue, said.person)
    if said.turns.closure is not None and said.holder is None:
        return f"`{bot} unlock` lets ships begin again."
    if place is None:
        return f"`{bot} join` waits for it." if said.holder or said.turns.queue else f"`{bot} ship <branch>` takes it."
    if place == 0 and said.holder is None:
        return f"It is your turn: `{bot} ship <branch>`, or `{bot} leave`."
    before = "You are next" if place == 0 else f"{place} {'is' if place == 1 else 'are'} before you"
    return f"{before}; you are told when it is your turn. `{bot} leave` waits no longer."


def _place(queue: tuple[Person, ...], person: Person) -> int | None:
    return next((index for index, one in enumerate(queue) if one.id == person.id), None)
