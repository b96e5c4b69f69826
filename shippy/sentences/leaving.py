"""What an abort, an undo or a commit leaves for people to put right."""

from __future__ import annotations

from shippy.errors import MergeRefused, ShippyError
from shippy.model import Deploy, Revision
from shippy.sentences.causes import explain
from shippy.sentences.phrases import sentence, short

REVERTING_PULL = "the pull request that reverts the merge"
"""What an undo has left behind where GitHub did not take it."""


def revert_merge(ref: str, main: str) -> str:
    """The branch is in the main branch, and its deploy is taken back."""
    return f"{ref} is in {main}, and production is not: revert it on GitHub, or ship it again"


def look_for_merge(error: ShippyError, main: str) -> str:
    """Nobody could tell whether the branch is in the main branch, and its deploy is taken back."""
    return f"{sentence(explain(error))} Look at GitHub, and revert the merge if {main} has it"


MERGE_DIFFERS = "the merge, which has other files than what is live"
"""What a commit has left behind where the main branch moved in the last moment."""

MERGE_UNSEEN = "a look at what was merged"
"""What a commit has left behind where GitHub did not tell."""


def merge_differs(deploy: Deploy, main: str) -> str:
    """The main branch has got something that nobody has verified, because it moved in the moment of the merge."""
    merged, live = short(deploy.merged or ""), short(deploy.commit or "")
    return f"{main} moved in the same moment and is at {merged}; {live} is live: verify and ship {main}"


def merge_not_looked_at(error: ShippyError, main: str) -> str:
    """Nobody could tell whether what was merged is what is live."""
    return f"{sentence(explain(error))} Look at GitHub whether {main} has the files of what is live"


def branch_left(revision: Revision, error: ShippyError) -> tuple[str, str]:
    """The branch that could not be deleted after its merge, and why."""
    return f"the branch {revision.branch}", no_revert(error)


def no_revert(error: ShippyError) -> str:
    """Why there is no pull request that reverts the merge."""
    return f"GitHub says: {error.reason}" if isinstance(error, MergeRefused) else explain(error)
