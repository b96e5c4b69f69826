"""What GitHub's words mean when it refuses a merge.

Its API has no codes for them: one status stands for many reasons, and the reason is a sentence.
https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
"""

from __future__ import annotations

import re

from github import GithubException

from shippy.errors import MergeRefused
from shippy.github.faults import message_of
from shippy.model import MergeRefusal

FORBIDDEN = 403

# The first that fits counts: several rules may be named at once, and the ones further up are in the way of the others.
WORDS: tuple[tuple[re.Pattern[str], MergeRefusal], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"head branch was modified", MergeRefusal.HEAD_MOVED),
        (r"base branch was modified", MergeRefusal.MAIN_MOVED),
        (r"merge queue", MergeRefusal.QUEUE),
        (r"\bdraft\b", MergeRefusal.DRAFT),
        (r"(merges|merge commits) are not allowed|must not contain merge commits|be rebased", MergeRefusal.METHOD),
        (r"must be made through a pull request", MergeRefusal.NO_PULL),
        (r"status checks? ", MergeRefusal.STATUS),
        (r"approving review|code owner|changes (were )?requested|review (is )?required", MergeRefusal.APPROVAL),
        (r"conversation must be resolved|unresolved conversation", MergeRefusal.CONVERSATION),
        (r"not authorized|not accessible|permission", MergeRefusal.FORBIDDEN),
        (r"merge conflict|not mergeable", MergeRefusal.CONFLICT),
        (r"rule violations|protected branch|branch protection", MergeRefusal.RULE),
    )
)


def refused(error: GithubException) -> MergeRefused:
    """The refusal that an answer of GitHub is, with its own words."""
    reason = message_of(error)
    found = (kind for pattern, kind in WORDS if pattern.search(reason))
    other = MergeRefusal.FORBIDDEN if error.status == FORBIDDEN else MergeRefusal.OTHER
    return MergeRefused(reason, next(found, other))
