"""Compares both releases at one share: counters go in, a judgement comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shippy.judging.chances import Tally
from shippy.judging.looks import part
from shippy.judging.rates import Rate
from shippy.judging.speed import Speed
from shippy.model import Counts, Judgement, Measure, Opinion, Share, Slot, SlotCounts

WRONG = 1 / 1000
"""The chance that a deploy is ever called worse while it is not: over all its shares, measures and looks."""

WRONGLY_GOOD = 1 / 20
"""The chance that a release is ever called as good at a share that is worse, in a measure, by more than its margin."""

MEASURES = 3
SILENT_SECONDS = 10.0
"""How long no balancer may tell anything before that is said. A hiccup is no news."""

Seen = Mapping[str, SlotCounts | str]
"""What each balancer has counted, or why it does not tell."""


class Comparison:
    """The two releases of a deploy at one share.

    Only what a balancer has counted from one look to the very next one goes in. Where it did not tell in between, or
    not of both releases, or has begun to count anew, that stretch of it is left out for both of them.

    Args:
        candidate: the new release's slot.
        share: what the candidate has of the public traffic, all the time.
        number: which of the deploy's comparisons it is, from 1: the later ones get less of WRONG.
    """

    def __init__(self, candidate: Slot, share: Share, number: int = 1) -> None:
        self.candidate, self.share = candidate, share
        wrong, wrongly_good = WRONG / MEASURES * part(number), WRONGLY_GOOD
        self._errors = Rate("5xx answers", wrong, wrongly_good)
        self._unreachable = Rate("unreachable", wrong, wrongly_good)
        self._speed = Speed("response time", candidate, wrong, wrongly_good)
        self._sums = dict.fromkeys(Slot, Counts())
        self._before: dict[str, SlotCounts] = {}
        self._at: float | None = None
        self._told_at: float | None = None
        self._silence = ""
        self._seconds = 0.0

    def add(self, seen: Seen, at: float) -> None:
        """Look at what the balancers have counted by now. `at` is in seconds, on any clock that only goes forward."""
        answers = {name: counts for name, counts in seen.items() if not isinstance(counts, str)}
        told = {name: counts for name, counts in answers.items() if counts.keys() == set(Slot)}
        steady = frozenset(name for name, counts in told.items() if _goes_on(self._before.get(name), counts))
        for slot in Slot:
            stretches = ((self._before[name][slot], told[name][slot]) for name in steady)
            self._sums[slot] = _added(self._sums[slot], stretches)
        if steady and self._at is not None:
            self._seconds += at - self._at
        self._before, self._at = told, at
        self._notice(seen, told, at)
        self._speed.add(told, steady)
        if steady:
            new, old = self._sums[self.candidate], self._sums[self.candidate.other]
            self._errors.look(Tally(new.errors, new.requests), Tally(old.errors, old.requests), at)
            self._unreachable.look(_lost(new), _lost(old), at)

    def judgement(self, further: Iterable[Measure] = ()) -> Judgement:
        """What can be told by now, together with further measures from elsewhere."""
        parts = (self._errors, self._unreachable, self._speed)
        measures = (*(self._told(each.measure) for each in parts), *further)
        longest: list[float | None] = [each.more_seconds(self._seconds) for each in parts]
        opinion = overall(measures)
        more = None
        if opinion is Opinion.UNDECIDED and not any(measure.trouble for measure in measures):
            reckoned = [seconds for seconds in longest if seconds is not None]
            more = max(reckoned) if len(reckoned) == len(longest) and max(reckoned) > 0 else None
        return Judgement(opinion, measures, self._seconds, self.share, more)

    def _notice(self, seen: Seen, told: Mapping[str, SlotCounts], at: float) -> None:
        if told or self._told_at is None:
            self._told_at = at
        reasons = sorted({why for why in seen.values() if isinstance(why, str)})
        silent = not told and (at - self._told_at >= SILENT_SECONDS or self._seconds == 0)
        self._silence = (", ".join(reasons) or "no balancer tells of both releases") if silent else ""

    def _told(self, measure: Measure) -> Measure:
        return replace(measure, opinion=Opinion.UNDECIDED, trouble=self._silence) if self._silence else measure


def overall(measures: Iterable[Measure]) -> Opinion:
    """Worse in one measure is worse; better, or as good, is what nothing else is in doubt about."""
    opinions = {measure.opinion for measure in measures}
    for opinion in (Opinion.WORSE, Opinion.UNDECIDED, Opinion.BETTER):
        if opinion in opinions:
            return opinion
    return Opinion.AS_GOOD if opinions else Opinion.UNDECIDED


def _goes_on(before: SlotCounts | None, now: SlotCounts) -> bool:
    """Whether a balancer has counted on; one that was restarted begins at nothing."""
    if before is None:
        return False
    return all(
        now[slot].requests >= before[slot].requests
        and now[slot].errors >= before[slot].errors
        and now[slot].unreachable >= before[slot].unreachable
        for slot in Slot
    )


def _added(total: Counts, stretches: Iterable[tuple[Counts, Counts]]) -> Counts:
    for before, now in stretches:
        total = Counts(
            total.requests + now.requests - before.requests,
            total.errors + now.errors - before.errors,
            total.unreachable + now.unreachable - before.unreachable,
        )
    return total


def _lost(counts: Counts) -> Tally:
    """A request whose answer broke off may be counted a moment before it is counted as answered."""
    return Tally(min(counts.unreachable, counts.requests), counts.requests)
