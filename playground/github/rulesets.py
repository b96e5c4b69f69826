"""Rulesets: what a branch asks for beside, or instead of, its classic protection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Ruleset:
    """`branches` are patterns of whole refs, such as refs/heads/release/*; `contexts` must be green."""

    id: int
    name: str
    branches: tuple[str, ...]
    contexts: tuple[str, ...]
    active: bool = True

    def applies_to(self, branch: str) -> bool:
        return self.active and any(fnmatchcase(f"refs/heads/{branch}", pattern) for pattern in self.branches)


def contexts_for(rulesets: Iterable[Ruleset], branch: str) -> tuple[str, ...]:
    """All that rulesets ask for of what is merged into a branch, each once."""
    return tuple(dict.fromkeys(name for one in rulesets if one.applies_to(branch) for name in one.contexts))
