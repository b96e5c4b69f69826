"""A measure of a monitoring system: two numbers, looked at now and then."""

from __future__ import annotations

from shippy.model import Measure, Opinion


class Gauge:
    """One measure, with a limit that the config sets. No statistics: how often it is wrong depends on what it measures.

    Args:
        name: what it is called.
        worse_above: how many times the old release's number is too much.
        at_least: the difference that is needed, too, in the measure's own unit.
        looks: in how many looks, one after the other, it must be too much to be worse, or not so to be as good.
    """

    def __init__(self, name: str, worse_above: float, at_least: float, looks: int) -> None:
        self._worse_above, self._at_least, self._looks = worse_above, at_least, looks
        self._above = self._below = 0
        self.measure = Measure(name, Opinion.UNDECIDED, "", "", trouble="it has not been asked yet")

    def look(self, new: float, old: float) -> None:
        too_much = new > old * self._worse_above and new - old >= self._at_least
        self._above, self._below = (self._above + 1, 0) if too_much else (0, self._below + 1)
        self.measure = Measure(self.measure.name, self._opinion(), f"{new:.4g}", f"{old:.4g}")

    def unreadable(self, why: str) -> None:
        """It could not be read: it tells nothing, and what it had told does not count any more."""
        self._above = self._below = 0
        self.measure = Measure(self.measure.name, Opinion.UNDECIDED, "", "", trouble=why)

    def _opinion(self) -> Opinion:
        if self._above >= self._looks:
            return Opinion.WORSE
        return Opinion.AS_GOOD if self._below >= self._looks else Opinion.UNDECIDED
