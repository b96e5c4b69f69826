"""Refs that stand for nothing that can be shipped."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.errors.refusals import Refused


@dataclass
class UnknownRef(Refused):
    ref: str
    near: tuple[str, ...] = ()


@dataclass
class AmbiguousRef(Refused):
    ref: str
    commits: tuple[str, ...] = ()


@dataclass
class ClosedPull(Refused):
    number: int
    title: str
    merged: bool


@dataclass
class FromFork(Refused):
    """It is from a fork of the app's repository, and the config does not allow that."""

    ref: str
    fork: str
    repository: str
    app: str


@dataclass
class NotOurCommit(Refused):
    """GitHub knows the commit, but no branch of the repository is known to have it: it may be one of a fork."""

    commit: str
    repository: str
