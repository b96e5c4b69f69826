"""The builds of one CI: what was built, what came of it, and its log."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playground.ci.github import State


@dataclass(slots=True)
class Build:
    """The build of one commit. `description` says in a few words how far it is or what came of it."""

    commit: str
    branch: str
    reference: str
    state: State = "pending"
    description: str = "waiting for a builder"
    log: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        self.description, self.began = "building", time.monotonic()

    def end(self, state: State, description: str) -> None:
        self.state, self.description = state, description
        self.log.append(description)

    @property
    def seconds(self) -> float:
        """How long it has been building."""
        return time.monotonic() - self.began


class Builds:
    """All builds, one for each commit."""

    def __init__(self) -> None:
        self._builds: dict[str, Build] = {}

    def add(self, build: Build) -> bool:
        """Take a build in; False if its commit has one already."""
        if build.commit in self._builds:
            return False
        self._builds[build.commit] = build
        return True

    def of(self, commit: str) -> Build | None:
        return self._builds.get(commit)

    def newest_first(self) -> list[Build]:
        return list(reversed(self._builds.values()))
