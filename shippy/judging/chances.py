"""Two proportions: how surprising their difference is, and how large it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

HALVINGS = 34
"""Of the interval 0 to 1: to less than a part in ten thousand millions."""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many."""

    count: float = 0
    of: float = 0

    @property
    def rate(self) -> float:
        return self.count / self.of if self.of else 0.0

    def times(self, factor: float) -> Tally:
        return Tally(self.count * factor, self.of * factor)


def surprising(one: Tally, other: Tally, level: float) -> bool:
    """Whether it is less likely than this that the first has so many or more of all, were both rates the same.

    This is Fisher's exact test, one-sided: exact for any numbers, however small. A first rate that is not the higher
    one is no surprise.
    """
    if one.rate <= other.rate:
        return False
    count, of = round(one.count), round(one.of)
    counted, total = count + round(other.count), of + round(other.of)
    term = math.exp(_ways(counted, count) + _ways(total - counted, of - count) - _ways(total, of))
    chance = term
    for many in range(count, min(counted, of)):
        # The chance of one more follows from that of so many, and falls by more with each. So what is left of them is
        # less than a geometric series: mostly one or two are enough to know, among millions as well.
        ratio = (counted - many) * (of - many) / ((many + 1) * (total - counted - of + many + 1))
        if chance >= level or (ratio < 1 and chance + term * ratio / (1 - ratio) < level):
            break
        term *= ratio
        chance += term
    return chance < level


def upper_bound(tally: Tally, chance: float) -> float:
    """A rate that the true one is above with no more than this chance, for any true rate (Chernoff's bound).

    A little wider than the exact bound of Clopper and Pearson, the same where nothing was counted, and quickly found.
    """
    if not tally.of:
        return 1.0
    low, high = tally.rate, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if tally.of * _divergence(tally.rate, middle) > -math.log(chance):
            high = middle
        else:
            low = middle
    return high


def lower_bound(tally: Tally, chance: float) -> float:
    """A rate that the true one is below with no more than this chance."""
    return 1.0 - upper_bound(Tally(tally.of - tally.count, tally.of), chance)


def most_excess(one: Tally, other: Tally, chance: float) -> float:
    """How much higher the first rate may be than the other one, with no more than about this chance of being more.

    The two rates' own bounds, put together as the square roots of sums of squares (Newcombe's method 10, with wider
    bounds than his): far narrower than their plain sum, and no longer a theorem. tests/judging measures its errors.
    """
    above, below = upper_bound(one, chance) - one.rate, other.rate - lower_bound(other, chance)
    return one.rate - other.rate + math.hypot(above, below)


def _ways(total: int, chosen: int) -> float:
    """The logarithm of the number of ways to choose so many of a total."""
    return math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)


def _divergence(rate: float, true: float) -> float:
    """Kullback and Leibler's, of one coin from another."""
    return sum(
        part * math.log(part / expected) if part > 0 else 0.0
        for part, expected in ((rate, true), (1 - rate, max(1 - true, 1e-300)))
    )
