"""How a branch gets into the main branch, and why it does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MergeMethod(StrEnum):
    """GitHub's three ways. Only `merge` brings the verified commit itself; the others make new ones of the same files.

    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/about-merge-methods-on-github
    """

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


class MergeRefusal(StrEnum):
    """Why a merge is refused: by GitHub, or, for the first three, by shippy before it asks."""

    UNVERIFIED = "unverified"
    HEAD_MOVED = "head moved"
    NO_PULL = "no pull request"
    MAIN_MOVED = "main moved"
    CONFLICT = "conflict"
    STATUS = "status"
    APPROVAL = "approval"
    CONVERSATION = "conversation"
    QUEUE = "queue"
    DRAFT = "draft"
    METHOD = "method"
    FORBIDDEN = "forbidden"
    RULE = "rule"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pinned revision stands to the branch that it is to be merged into.

    Attributes:
        main: the commit that this branch has now.
        ahead_by, behind_by: how many commits the revision has that the branch lacks, and the other way round.
        head: the commit that the revision's own branch, or its pull request, has now; None: there is none (any more).
        merged: the commit by which the branch has the revision, however it was merged; None: it does not.
    """

    main: str
    ahead_by: int
    behind_by: int
    head: str | None = None
    merged: str | None = None
