"""Whom an event of a deploy calls: those who have to do something now, and those whose work it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shippy.events import (
    ApprovalAsked,
    Approved,
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

MOST_APPROVERS = 10


def called(
    entry: Entry, deploy: Deploy, user_of: Callable[[Author], str | None], approvers: Sequence[str] = ()
) -> tuple[str, ...]:
    """The ids of the chat's users, and user groups, who are to be notified of an event, each once. Mostly nobody is.

    Args:
        deploy: as it is once the event has happened.
        user_of: the id of the author of a commit, or None where the chat does not know them.
        approvers: the ids of the users and user groups who may approve what others ship.
    """
    users = [person.id for person in _people(entry, deploy) if not person.local]
    if isinstance(entry.event, Committed | SwappedBack):
        users += [user for author in deploy.authors if (user := user_of(author)) is not None]
    if isinstance(entry.event, ApprovalAsked):
        owners = {owner.person.id for owner in deploy.owners}
        users += [approver for approver in approvers if approver not in owners][:MOST_APPROVERS]
    undone_by = deploy.undone_by.id if deploy.undone_by else None
    return tuple(dict.fromkeys(user for user in users if user != undone_by))


def _people(entry: Entry, deploy: Deploy) -> list[Person]:
    match entry.event:
        case HostGaveUp():
            # However many hosts follow the first one: it is one deploy that needs one look.
            people = [deploy.owner] if len(deploy.setbacks) == 1 else []
        case RampStopped(by=None) if not _worse(deploy.judgement):
            # Of a bad verdict, which stops it too, the owner is told already.
            people = [deploy.owner]
        case RampStopped(by=Person() as by) if by.id != deploy.owner.id:
            people = [deploy.owner]
        case Prepared() | MergeFailed() | Failed() | StoodStill() | SwappedBack() | Approved():
            people = [deploy.owner]
        case LeftBehind(by_hand=True):
            people = [deploy.owner]
        case Judged(judgement=judgement) if _worse(judgement):
            people = [deploy.owner]
        case TakenOver(before=before):
            people = [before]
        case _:
            people = []
    return people


def _worse(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.opinion is Opinion.WORSE
