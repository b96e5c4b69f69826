"""Looks again and again without being wrong more often: each look spends a part of the chance of an error."""

from __future__ import annotations

from collections.abc import Iterator


def part(number: int) -> float:
    """The part of a whole that goes to the first, the second, the third … of any number: together they are 1."""
    return 1 / (number * (number + 1))


class Looks:
    """Which looks are taken, and what chance of an error each may have: all of them together no more than `chance`.

    When to look is decided by the number of requests and the time alone, never by what came of them: so the chances add
    up to no more than the whole (Bonferroni), however the looks depend on each other.

    Args:
        chance: of all looks together, however many.
        first: requests, of the release that has had fewer, before the first look.
        growth: the requests at one look, and at the next.
        within: seconds after which to look again all the same. Late trouble is not lost in long good times that way.
    """

    def __init__(self, chance: float, *, first: int, growth: float, within: float | None = None) -> None:
        self._chance = chance
        self._next = float(first)
        self._growth = growth
        self._within = within
        self._last_at = 0.0
        self._made = 0

    def level(self, requests: float, at: float) -> float | None:
        """The chance that a look now may have; None where it is not the time for one.

        Args:
            requests: of the release that has had fewer.
            at: seconds, on any clock that only goes forward.
        """
        long_ago = self._made and self._within is not None and at >= self._last_at + self._within
        if requests < self._next and not long_ago:
            return None
        self._made += 1
        self._last_at = at
        self._next = max(self._next, requests) * self._growth if requests >= self._next else self._next
        return self._chance * part(self._made)

    def to_come(self, requests: float, count: int) -> Iterator[tuple[float, float]]:
        """The next so many looks by the number of requests: how many times as many as now, and the level of each."""
        at = self._next
        for number in range(count):
            yield at / requests, self._chance * part(self._made + number + 1)
            at *= self._growth
