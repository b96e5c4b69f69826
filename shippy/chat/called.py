"""Whom an event of a deploy calls: those who have to do something now, and those whose work it is."""

from __future__ import annotations

from collections.abc import Callable

from shippy.events import Committed, Entry, Failed, HostGaveUp, MergeFailed, Prepared, StoodStill, TakenOver
from shippy.model import Author, Deploy, Person


def called(entry: Entry, deploy: Deploy, user_of: Callable[[Author], str | None]) -> tuple[str, ...]:
    """The ids of the chat's users who are to be notified of an event, each once. Mostly nobody is.

    Args:
        deploy: as it is once the event has happened.
        user_of: the id of the author of a commit, or None where the chat does not know them.
    """
    match entry.event:
        case HostGaveUp():
            # However many hosts follow the first one: it is one deploy that needs one look.
            return _of(deploy.owner) if len(deploy.setbacks) == 1 else ()
        case Prepared() | MergeFailed() | Failed() | StoodStill():
            return _of(deploy.owner)
        case TakenOver(before=before):
            return _of(before)
        case Committed():
            return tuple(dict.fromkeys(user for author in deploy.authors if (user := user_of(author)) is not None))
        case _:
            return ()


def _of(person: Person) -> tuple[str, ...]:
    """Nobody, for somebody in the shell."""
    return () if person.local else (person.id,)
