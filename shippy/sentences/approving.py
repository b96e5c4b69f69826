"""The second person: why one is needed, who has agreed, and who cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from shippy import errors
from shippy.events import ApprovalAsked, Approved, DeployEvent
from shippy.model import ApprovalReason, Deploy
from shippy.sentences.phrases import counted, deployed, first_of, listed, moment

MOST_FILES = 3

ALWAYS = "each deploy of this app needs it"
AT_ONCE = "it would go from 0 % to 100 % in one step"


def files_of(paths: Sequence[str]) -> str:
    return f"it changes {listed(first_of(paths, MOST_FILES))}"


def unknown_files(why: str) -> str:
    return f"nobody can tell which files it changes ({why.removesuffix('.')})"


def too_many_files(count: int) -> str:
    return f"it changes more than {counted(count, 'file')}, and GitHub does not list all of them"


def many_commits(count: int, most: int) -> str:
    return f"it moves production by {counted(count, 'commit')}, which is more than {most}"


def overridden(checks: Iterable[str]) -> str:
    return f"checks are skipped: {listed(checks)}"


def off_hours(hours: str) -> str:
    return f"it is outside {hours}"


def because(reasons: Iterable[ApprovalReason]) -> str:
    """ "it changes migrations/7.sql; each deploy of this app needs it"."""
    return "; ".join(reason.detail for reason in reasons)


def approving(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    """The words for an event of an approval, or None for another one."""
    match event:
        case ApprovalAsked(reasons=reasons) if reasons:
            return (
                f"Somebody else has to approve what {deploy.owner.name} ships to {deploy.app}, {deployed(deploy)}, "
                f"before more visitors get it: {because(reasons)}. `{bot} approve` does so, and so does its button."
            )
        case Approved(by=by, commit=commit, until=until):
            return f"{by.name} approves {commit[:8]}, until {moment(until)}."
        case _:
            return None


def standing(deploy: Deploy, now: datetime, bot: str) -> list[str]:
    """How the approval of a deploy stands, for its status: no line, or one."""
    reasons, approval = deploy.approval_missing(now), deploy.approval
    if reasons:
        before = approval.by if approval else None
        over = f" ({before.name} has approved it, which does not hold any more)" if before else ""
        return [f"Somebody else has to approve it: {because(reasons)}{over}. `{bot} approve` does so."]
    if approval and approval.by and approval.until and deploy.approved(now):
        return [f"Approved by {approval.by.name}, until {moment(approval.until)}."]
    return []


def missing(error: errors.ApprovalMissing) -> str:
    """The cause, without who may."""
    over = f"; {error.before.name} has approved it, but that does not hold any more" if error.before else ""
    return f"somebody else has to approve it first: {because(error.reasons)}{over}"


def not_ones_own(error: errors.OwnApproval) -> str:
    """The cause, for somebody whose deploy it is or was, by whichever account."""
    owner, by = error.owner, error.by
    if owner.person.id == by.id and error.now:
        return "this deploy is yours: somebody else has to approve it"
    if owner.person.id == by.id:
        return "this deploy was yours: somebody who never had it has to approve it"
    return f"on GitHub you are {owner.login}, and so is {owner.person.name}, whose deploy it is or was"
