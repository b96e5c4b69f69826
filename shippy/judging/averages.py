"""The response time between two looks, worked out of an average that slides over all answers."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.model import Counts


@dataclass(frozen=True, slots=True)
class Mean:
    """The average of so many answers, in milliseconds."""

    ms: float = 0.0
    answers: int = 0

    def and_also(self, other: Mean) -> Mean:
        answers = self.answers + other.answers
        return Mean((self.ms * self.answers + other.ms * other.answers) / answers, answers) if answers else Mean()


def mean_between(before: Counts, after: Counts) -> Mean:
    """The average of the answers between two looks at a balancer; its `answers` are 0 where there were none.

    The sliding average after them is that of before, faded, and theirs; so theirs can be reckoned. Later ones weigh a
    little more in it. Rounding to whole milliseconds makes it inexact by about half of window / answers milliseconds.
    """
    first, last = _answered(before), _answered(after)
    if last <= first or after.response_ms is None:
        return Mean()
    kept = _kept(first, last, after.window)
    ms = (after.response_ms - kept * (before.response_ms or 0.0)) / (1 - kept)
    return Mean(max(0.0, ms), last - first)


def _answered(counts: Counts) -> int:
    """Requests that got no answer are in no average."""
    return max(0, counts.requests - counts.unreachable)


def _kept(first: int, last: int, window: int) -> float:
    """What is left of an average of the first answers after the last one: it is a plain one up to the window's size."""
    filling = first / min(last, window) if first < window else 1.0
    sliding = last - max(first, window)
    return filling * (1 - 1 / window) ** max(0, sliding)
