"""Two proportions: how surprising their difference is, and how large it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

NEGLIGIBLE = 1e-17
"""What a further term must add, in proportion, to be added."""

HALVINGS = 60
"""Of the interval 0 to 1: as fine as a float is."""


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


def chance_of_more(one: Tally, other: Tally) -> float:
    """How likely it is, were both rates the same, that the first has at least so many of all that were counted.

    This is Fisher's exact test, one-sided: exact for any numbers, however small. It is 1.0 where the first rate is not
    the higher one.
    """
    if one.rate <= other.rate:
        return 1.0
    count, of = round(one.count), round(one.of)
    counted, total = count + round(other.count), of + round(other.of)
    term = math.exp(
        _ways(counted, count) + _ways(total - counted, of - count) - _ways(total, of)
    )  # of exactly so many; each further one follows from the one before
    chance = term
    for more in range(count, min(counted, of)):
        term *= (counted - more) * (of - more) / ((more + 1) * (total - counted - of + more + 1))
        if term < chance * NEGLIGIBLE:
            break
        chance += term
    return min(1.0, chance)


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
