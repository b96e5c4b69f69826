"""Whom an event of a deploy calls: those who have to do something now, and those whose work it is."""

from __future__ import annotations

from collections.abc import Callable

from shippy.events import (
    Committed,
    Entry,
    Failed,
    HostGaveUp,
    Judged,
    LeftBehind,
    MergeFailed,
    Prepared,
    RampStopped,
    StoodStill,
    SwappedBack,
    TakenOver,
)
from shippy.model import Author, Deploy, Judgement, Opinion, Person


def called(entry: Entry, deploy: Deploy, user_of: Callable[[Author], str | None]) -> tuple[str, ...]:
    """The ids of the chat's users who are to be notified of an event, each once. Mostly nobody is.

    Args:
        deploy: as it is once the event has happened.
        user_of: the id of the author of a commit, or None where the chat does not know them.
    """
    match entry.event:
        case HostGaveUp():
            # However many hosts follow the first one: it is one deploy that needs one look.
            people = [deploy.owner] if len(deploy.setbacks) == 1 else []
        case RampStopped(by=None) if not _worse(deploy.judgement):
            # Of a bad verdict, which stops it too, the owner is told already.
            people = [deploy.owner]
        case RampStopped(by=Person() as by) if by.id != deploy.owner.id:
            people = [deploy.owner]
        case Prepared() | MergeFailed() | Failed() | StoodStill() | SwappedBack():
            people = [deploy.owner]
        case LeftBehind(by_hand=True):
            people = [deploy.owner]
        case Judged(judgement=judgement) if _worse(judgement):
            people = [deploy.owner]
        case TakenOver(before=before):
            people = [before]
        case _:
            people = []
    users = [person.id for person in people if not person.local]
    if isinstance(entry.event, Committed | SwappedBack):
        users += [user for author in deploy.authors if (user := user_of(author)) is not None]
    undone_by = deploy.undone_by.id if deploy.undone_by else None
    return tuple(dict.fromkeys(user for user in users if user != undone_by))


def _worse(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.opinion is Opinion.WORSE
