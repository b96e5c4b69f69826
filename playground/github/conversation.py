"""What is said on the pull requests of a repository."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from playground.github.accounts import Account


@dataclass(frozen=True, slots=True)
class Comment:
    """`number` is the pull request's."""

    id: int
    number: int
    author: Account
    body: str
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Conversation:
    _all: dict[int, Comment] = field(default_factory=dict)
    _count: int = 0

    def on(self, number: int) -> list[Comment]:
        """The comments on a pull request, oldest first."""
        return [comment for comment in self._all.values() if comment.number == number]

    def get(self, comment: int) -> Comment | None:
        return self._all.get(comment)

    def add(self, number: int, author: Account, body: str) -> Comment:
        self._count += 1
        now = datetime.now(UTC)
        self._all[self._count] = Comment(self._count, number, author, body, now, now)
        return self._all[self._count]

    def edit(self, comment: Comment, body: str) -> Comment:
        self._all[comment.id] = replace(comment, body=body, updated=datetime.now(UTC))
        return self._all[comment.id]

    def remove(self, comment: Comment) -> None:
        del self._all[comment.id]
