"""What people have said of pull requests in reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from playground.github.accounts import Account

APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED = "APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"


@dataclass(frozen=True, slots=True)
class Review:
    """`number` is the pull request's, `commit` the one that its author has looked at."""

    id: int
    number: int
    author: Account
    state: str
    body: str
    commit: str
    submitted: datetime


@dataclass(slots=True)
class Reviews:
    _all: dict[int, Review] = field(default_factory=dict)

    def of(self, number: int) -> list[Review]:
        """All reviews of a pull request, oldest first."""
        return [review for review in self._all.values() if review.number == number]

    def get(self, review: int) -> Review | None:
        return self._all.get(review)

    def add(self, number: int, author: Account, state: str, body: str, commit: str) -> Review:
        review = Review(len(self._all) + 1, number, author, state, body, commit, datetime.now(UTC))
        self._all[review.id] = review
        return review

    def dismiss(self, review: Review) -> Review:
        self._all[review.id] = replace(review, state=DISMISSED)
        return self._all[review.id]

    def standing(self, number: int) -> Mapping[str, str]:
        """What each reviewer's word is now: a comment takes back neither an approval nor a request for changes."""
        return {review.author.login: review.state for review in self.of(number) if review.state != COMMENTED}
