"""What a pull request is now, what people have said of it, and which files a change touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PullState:
    """A pull request as it is now. `mergeable` is None where it is not worked out, or is not asked of what is closed.

    It is about the head and the base as they are now, which may be others than those of a pinned revision.
    """

    head: str
    base: str
    draft: bool
    mergeable: bool | None


class ReviewState(StrEnum):
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes requested"
    DISMISSED = "dismissed"
    COMMENTED = "commented"


@dataclass(frozen=True, slots=True)
class Review:
    """`commit` is the one that the reviewer has looked at; None where it is not there any more."""

    login: str
    state: ReviewState
    commit: str | None


@dataclass(frozen=True, slots=True)
class Reviews:
    """All reviews of a pull request, oldest first, and who opened it: None where that account is gone."""

    author: str | None
    given: tuple[Review, ...]

    @property
    def standing(self) -> Mapping[str, Review]:
        """The word of each reviewer that holds now; a comment takes back neither an approval nor a refusal."""
        return {review.login: review for review in self.given if review.state is not ReviewState.COMMENTED}


@dataclass(frozen=True, slots=True)
class ChangedFiles:
    """The paths of the files that a change adds, changes, removes or renames, with the old names of the latter.

    `complete` is False where there are more than could be told.
    """

    paths: frozenset[str]
    complete: bool = True
