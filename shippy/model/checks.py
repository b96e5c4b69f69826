"""What a check says, and what it counts for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

UP_TO_DATE = "up to date"
"""The name of the check that the main branch has nothing that is not shipped: the merge is held to it as well."""


class Verdict(StrEnum):
    """What a check says. Only `passed` lets a deploy go on; the other three each have words of their own."""

    PASSED = "passed"
    PENDING = "pending"
    FAILED = "failed"
    UNREADABLE = "unreadable"


class Level(StrEnum):
    """What a check that has not passed counts for: it stands in the way, it may be skipped, or it is only told."""

    REQUIRED = "required"
    SKIPPABLE = "skippable"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's answer. `detail` is a sentence for a person; `url` leads to more.

    `skipped` says that somebody has the deploy go on without it, which only a skippable one allows.
    """

    name: str
    verdict: Verdict
    detail: str
    url: str | None = None
    level: Level = Level.REQUIRED
    skipped: bool = False

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASSED

    @property
    def in_the_way(self) -> bool:
        """Whether it keeps a deploy from going on."""
        return not self.passed and not self.skipped and self.level is not Level.ADVICE


def only_pending(results: Iterable[CheckResult]) -> bool:
    """Whether something is in the way, and time alone may take all of it out of the way."""
    blocking = [result for result in results if result.in_the_way]
    return bool(blocking) and all(result.verdict is Verdict.PENDING for result in blocking)
