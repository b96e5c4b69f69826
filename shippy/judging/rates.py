"""Compares how often requests end in one kind of error."""

from __future__ import annotations

from shippy.judging.chances import Tally, most_excess, surprising
from shippy.judging.looks import Looks
from shippy.model import Measure, Opinion

MARGIN = 0.005
"""As good: no more than half a percentage point above the old release's rate."""

LEAST = 0.001
"""Worse, or better: by a tenth of a percentage point or more. Less is nothing to go back for, however certain it is."""

FIRST_LOOK, GROWTH, WITHIN = 20, 1.2, 10.0
FIRST_GOOD_LOOK, GOOD_GROWTH = 750, 1.3
"""With fewer than some 740 requests nothing is found to be as good, even without any error: so it begins there."""

LOOKS_AHEAD = 40


class Rate:
    """The errors of one kind, of both releases, since the share changed.

    Each release's requests are taken to end in an error independently of each other.

    Args:
        name: what it is called where it is shown.
        wrong: the chance of calling an equal release worse, and of calling it better, over all looks.
        wrongly_good: the chance of calling a release as good that is worse by MARGIN or more, over all looks.
    """

    def __init__(self, name: str, wrong: float, wrongly_good: float) -> None:
        self._name = name
        self._telling_apart = Looks(wrong, first=FIRST_LOOK, growth=GROWTH, within=WITHIN)
        self._bounding = Looks(wrongly_good, first=FIRST_GOOD_LOOK, growth=GOOD_GROWTH)
        self._apart: Opinion | None = None
        self._bounded = False
        self._opinion = Opinion.UNDECIDED
        self._new, self._old = Tally(), Tally()

    def look(self, new: Tally, old: Tally, at: float) -> None:
        """Look at what was counted of both until now (`at`: seconds), if it is time for that."""
        self._new, self._old = new, old
        fewer = min(new.of, old.of)
        if (level := self._telling_apart.level(fewer, at)) is not None:
            self._apart = _told_apart(new, old, level)
        if (level := self._bounding.level(fewer, at)) is not None:
            self._bounded = most_excess(new, old, level) < MARGIN
        # What has been decided gives way to another decision, and not to doubt.
        self._opinion = self._apart or (Opinion.AS_GOOD if self._bounded else self._opinion)

    @property
    def measure(self) -> Measure:
        new, old = _percent(self._new), _percent(self._old)
        return Measure(self._name, self._opinion, new, old, int(self._new.of), int(self._old.of))

    def more_seconds(self, seconds: float) -> float | None:
        """About how much longer it takes, after so many seconds, if all goes on as it did; None: who knows."""
        fewer = min(self._new.of, self._old.of)
        if self._opinion is not Opinion.UNDECIDED:
            return 0.0
        if not fewer:
            return None
        for factor, level in self._telling_apart.to_come(fewer, LOOKS_AHEAD):
            if _told_apart(self._new.times(factor), self._old.times(factor), level):
                return min(seconds * (factor - 1), self._until_bounded(seconds, fewer) or seconds * factor)
        return self._until_bounded(seconds, fewer)

    def _until_bounded(self, seconds: float, fewer: float) -> float | None:
        return next(
            (
                seconds * (factor - 1)
                for factor, level in self._bounding.to_come(fewer, LOOKS_AHEAD)
                if most_excess(self._new.times(factor), self._old.times(factor), level) < MARGIN
            ),
            None,
        )


def _percent(tally: Tally) -> str:
    return f"{round(tally.rate * 100, 2):g} %"


def _told_apart(new: Tally, old: Tally, level: float) -> Opinion | None:
    if new.rate - old.rate >= LEAST and surprising(new, old, level):
        return Opinion.WORSE
    if old.rate - new.rate >= LEAST and surprising(old, new, level):
        return Opinion.BETTER
    return None
