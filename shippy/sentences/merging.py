"""Merges: what has moved on meanwhile, why one is refused, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from shippy import events
from shippy.errors import MergeRefused
from shippy.events import DeployEvent
from shippy.model import Deploy, MergeMethod, MergeRefusal, Revision
from shippy.sentences.phrases import counted, sentence, short

BECAUSE: Mapping[MergeRefusal, str] = {
    MergeRefusal.HEAD_MOVED: "the branch has other commits since it was verified",
    MergeRefusal.NO_PULL: "it takes this only by way of a pull request",
    MergeRefusal.MAIN_MOVED: "the main branch moved in the same moment",
    MergeRefusal.CONFLICT: "it cannot be merged without a conflict, or the pull request is closed",
    MergeRefusal.STATUS: "a status that the main branch asks for is not green",
    MergeRefusal.APPROVAL: "a review that the main branch asks for is missing",
    MergeRefusal.CONVERSATION: "a conversation on the pull request is not resolved",
    MergeRefusal.QUEUE: "the main branch takes changes only from its merge queue",
    MergeRefusal.DRAFT: "the pull request is a draft",
    MergeRefusal.METHOD: "the repository does not allow this way of merging, or this branch cannot be merged so",
    MergeRefusal.FORBIDDEN: "shippy may not merge there",
    MergeRefusal.RULE: "a rule of the main branch is in the way",
}
"""Why GitHub refuses a merge: what follows "GitHub does not merge it:"."""

AGAIN = "Then {commit} tries the merge again; {abort} goes back."
WAYS_OUT: Mapping[MergeRefusal, str] = {
    MergeRefusal.UNVERIFIED: "{abort} goes back; then update the branch (git fetch, merge, push), and ship it again.",
    MergeRefusal.HEAD_MOVED: "{abort} goes back; then ship what the branch has now.",
    MergeRefusal.NO_PULL: "Open a pull request for the branch as it is. " + AGAIN,
    MergeRefusal.MAIN_MOVED: "{commit} looks again; {abort} goes back.",
    MergeRefusal.CONFLICT: "{abort} goes back; then update the branch and ship it again.",
    MergeRefusal.STATUS: "Have it reported for this very commit. " + AGAIN,
    MergeRefusal.APPROVAL: "Have the pull request approved as it is. " + AGAIN,
    MergeRefusal.CONVERSATION: "Resolve it on the pull request. " + AGAIN,
    MergeRefusal.QUEUE: "Let shippy's account bypass that rule on GitHub, as what it merges is verified. " + AGAIN,
    MergeRefusal.DRAFT: "Mark it as ready for review. " + AGAIN,
    MergeRefusal.METHOD: "Allow it on GitHub, or have another one configured. " + AGAIN,
    MergeRefusal.FORBIDDEN: "Give shippy's account the right to on GitHub. " + AGAIN,
}
OTHERWISE = "Put it right on GitHub. " + AGAIN


def refused(error: MergeRefused) -> str:
    """Why a merge was refused, with GitHub's own words where they are its."""
    if error.kind is MergeRefusal.UNVERIFIED:
        return error.reason
    because = BECAUSE.get(error.kind)
    said = f"GitHub does not merge it: {because} ({error.reason.removesuffix('.')})"
    return said if because else f"GitHub refused the merge: {error.reason}"


def way_out(kind: MergeRefusal | None, *, commit: str, abort: str) -> str:
    """What to do about a refusal. `commit` and `abort` are what these two are called where this is read."""
    text = WAYS_OUT.get(kind, OTHERWISE) if kind else OTHERWISE
    return text.format(commit=commit, abort=abort)


def not_verified(revision: Revision, main: str, behind: int) -> str:
    """The main branch has moved on since the deploy was verified."""
    has = counted(behind, "commit")
    return f"{main} has moved on by {has}, so merging {_of(revision)} now would give something that nobody has verified"


def has_moved_on(revision: Revision, head: str | None) -> str:
    """The branch of the pull request has other commits than the deploy."""
    now = f"is at {short(head)}" if head else "is gone"
    return f"{_of(revision)} {now}, and what was verified is {short(revision.commit)}"


def needs_pull(revision: Revision, main: str, method: MergeMethod) -> str:
    """GitHub has only merge commits for a branch without a pull request."""
    return f"{_of(revision)} has no open pull request into {main} with just this commit, and the method is {method}"


def moved_on(deploy: Deploy) -> tuple[str, ...]:
    """What others have done meanwhile, as long as it matters: without a capital and an end."""
    return tuple(filter(None, (_head_moved(deploy), _main_moved(deploy))))


def moving_on(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    """The words for what others do while a deploy is under way."""
    match event:
        case events.HeadMoved(head=head) if head == deploy.commit:
            return f"The branch is back at {short(head)}, which is what this deploy ships."
        case events.HeadMoved():
            return sentence(_head_moved(deploy))
        case events.MainMoved(main=main, commits=0):
            return f"By now everything in {main} is in this deploy, too."
        case events.MainMoved() if deploy.up_to_date:
            ways = way_out(MergeRefusal.UNVERIFIED, commit=f"`{bot} commit`", abort=f"`{bot} abort`")
            return f"{sentence(_main_moved(deploy, event.main))} {ways}"
        case events.MainMoved(main=main):
            return sentence(_main_moved(deploy, main))
        case _:
            return None


def _head_moved(deploy: Deploy) -> str:
    if not deploy.moved_on or deploy.head is None or deploy.revision is None:
        return ""
    stays = f"the branch {_of(deploy.revision)} has moved on to {short(deploy.head)}, which is not part of this deploy"
    return f"{stays}: it stays at {short(deploy.revision.commit)}"


def _main_moved(deploy: Deploy, main: str = "the main branch") -> str:
    if not deploy.main_ahead:
        return ""
    has = f"by now {main} has {counted(deploy.main_ahead, 'commit')} that this deploy does not have"
    return f"{has}, so it will not be merged unless they change no files" if deploy.up_to_date else has


def _of(revision: Revision) -> str:
    return revision.branch or revision.ref
