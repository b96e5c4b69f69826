"""Commits, pull requests and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PullRequest:
    number: int
    title: str
    url: str
    base: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What a ref that somebody typed stood for when it was resolved: one commit, for the whole deploy.

    `branch` is a branch of the app's repository. `fork` is the repository that the pull request is from, if that is
    another one; only its owner, if it is gone.
    """

    ref: str
    commit: str
    branch: str | None = None
    pull: PullRequest | None = None
    fork: str | None = None


@dataclass(frozen=True, slots=True)
class OpenPull:
    """An open pull request, and what it brings now."""

    revision: Revision
    labels: frozenset[str] = frozenset()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a commit: the login on GitHub where it knows one, and what git says."""

    login: str | None
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`head` against `base`: how many commits it has that base lacks, and the other way round.

    `authors` are those of the commits that it has, each once, in the order of their first commit.
    """

    base: str
    head: str
    ahead_by: int
    behind_by: int
    url: str
    authors: tuple[Author, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """How many more requests a code host takes until a time, of how many in all."""

    remaining: int
    limit: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """A commit status as GitHub keeps it; `state` is success, pending, failure or error."""

    context: str
    state: str
    description: str = ""
    url: str | None = None
