"""Compares the response time, block of time by block of time."""

from __future__ import annotations

from collections.abc import Mapping

from shippy.judging.averages import Mean, mean_between
from shippy.judging.betting import Bet
from shippy.model import Measure, Opinion, Slot, SlotCounts

RATIO, MILLISECONDS = 1.5, 20.0
"""Much slower: at least half again as slow, and by that many milliseconds."""

ANSWERS = 32
"""What a block has at least of each release for every balancer that had any: rounding does not matter to it then."""


class Speed:
    """Blocks of time, one after the other, each with the average of both releases over all balancers.

    In each block the new release is much slower than the old one, or it is not. It is worse where that is so in more
    than half of the blocks, and as good where it is so in fewer than half; each is found by betting on it (`Bet`), with
    no assumption about how the times are distributed. Blocks with bad luck may follow each other, as long as an equal
    release has no more than an even chance in each.

    Args:
        name: what it is called where it is shown.
        candidate: the new release's slot.
        wrong: the chance of ever calling a release worse that is not, or better.
        wrongly_good: the chance of ever calling a release as good that is much slower in half of the blocks.
    """

    def __init__(self, name: str, candidate: Slot, wrong: float, wrongly_good: float) -> None:
        self._name = name
        self._candidate = candidate
        self._wrong, self._wrongly_good = wrong, wrongly_good
        self._worse, self._better, self._good = Bet(), Bet(), Bet()
        self._blocks = 0
        self._opinion = Opinion.UNDECIDED
        self._new, self._old = Mean(), Mean()
        self._began: dict[str, SlotCounts] = {}

    def add(self, seen: Mapping[str, SlotCounts], steady: frozenset[str]) -> None:
        """What the balancers have counted by now; `steady` are those that have only gone on counting since the last."""
        began = {name: self._began[name] for name in steady if name in self._began}
        new, old, balancers = self._block(began, seen)
        if balancers and min(new.answers, old.answers) >= ANSWERS * balancers:
            self._close(new, old)
            began = {}
        self._began = {name: began.get(name, counts) for name, counts in seen.items()}

    def _block(self, began: Mapping[str, SlotCounts], seen: Mapping[str, SlotCounts]) -> tuple[Mean, Mean, int]:
        new, old, balancers = Mean(), Mean(), 0
        for name, counts in began.items():
            theirs = {slot: mean_between(counts[slot], seen[name][slot]) for slot in Slot}
            new, old = new.and_also(theirs[self._candidate]), old.and_also(theirs[self._candidate.other])
            balancers += any(mean.answers for mean in theirs.values())
        return new, old, balancers

    def _close(self, new: Mean, old: Mean) -> None:
        self._new, self._old = self._new.and_also(new), self._old.and_also(old)
        self._blocks += 1
        slower = _much_slower(new, old)
        self._worse.round(happened=slower)
        self._good.round(happened=not slower)
        self._better.round(happened=_much_slower(old, new))
        if self._worse.sure(self._wrong):
            self._opinion = Opinion.WORSE
        elif self._better.sure(self._wrong):
            self._opinion = Opinion.BETTER
        elif self._good.sure(self._wrongly_good):
            self._opinion = Opinion.AS_GOOD

    @property
    def measure(self) -> Measure:
        new, old = f"{self._new.ms:.0f} ms", f"{self._old.ms:.0f} ms"
        return Measure(self._name, self._opinion, new, old, self._new.answers, self._old.answers)

    def more_seconds(self, seconds: float) -> float | None:
        """About how much longer it takes, after so many seconds, if all goes on as it did; None: who knows."""
        if self._opinion is not Opinion.UNDECIDED:
            return 0.0
        if not self._blocks:
            return None
        slower = _much_slower(self._new, self._old)
        bet, wrong = (self._worse, self._wrong) if slower else (self._good, self._wrongly_good)
        return bet.rounds_to_win(wrong) * seconds / self._blocks


def _much_slower(one: Mean, other: Mean) -> bool:
    return one.ms >= other.ms * RATIO and one.ms >= other.ms + MILLISECONDS
