"""What was promised, and whether it was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import sqrt

# A true share is outside one time in a million (normal distribution, two-sided). With one in a thousand, a story, which
# looks some fifty times, would break a promise every now and then with nothing wrong.
QUANTILE = 4.8916


@dataclass(frozen=True)
class Promise:
    words: str
    kept: bool
    found: str

    def __str__(self) -> str:
        return f"{'kept  ' if self.kept else 'BROKEN'}  {self.words}: {self.found}"


@dataclass
class Promises:
    """All promises of a story, each told as soon as it is looked at."""

    say: Callable[[str], None]
    all: list[Promise] = field(default_factory=list)

    def hold(self, words: str, kept: bool, found: object) -> None:
        promise = Promise(words, kept, str(found))
        self.all.append(promise)
        self.say(f"    {promise}")

    @property
    def broken(self) -> list[Promise]:
        return [promise for promise in self.all if not promise.kept]


def interval(percent: float, count: int) -> tuple[float, float]:
    """Within which percentages a measured share of `count` visitors lies, but for one time in a million."""
    share = percent / 100
    margin = QUANTILE * sqrt(share * (1 - share) / count) + 0.5 / count
    return 100 * max(0.0, share - margin), 100 * min(1.0, share + margin)
