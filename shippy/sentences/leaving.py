"""What an abort, or an undo, leaves to people, because nothing but they can put it right."""

from __future__ import annotations

from shippy.errors import MergeRefused, ShippyError
from shippy.sentences.causes import explain
from shippy.sentences.phrases import sentence

REVERTING_PULL = "the pull request that reverts the merge"
"""What an undo has left behind where GitHub did not take it."""


def revert_merge(ref: str, main: str) -> str:
    """The branch is in the main branch, and its deploy is taken back."""
    return f"{ref} is in {main}, and production is not: revert it on GitHub, or ship it again"


def look_for_merge(error: ShippyError, main: str) -> str:
    """Nobody could tell whether the branch is in the main branch, and its deploy is taken back."""
    return f"{sentence(explain(error))} Look at GitHub, and revert the merge if {main} has it"


def no_revert(error: ShippyError) -> str:
    """Why there is no pull request that reverts the merge."""
    return f"GitHub says: {error.reason}" if isinstance(error, MergeRefused) else explain(error)
