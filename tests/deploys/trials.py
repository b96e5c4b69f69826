"""A world in which a deploy has a share, and visitors whose answers the balancers count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shippy.deploys.session import Session
from shippy.deploys.watch.judge import Judge
from shippy.events import Judged
from shippy.model import Counts, Opinion, Slot, SlotCounts
from tests.fakes.clock import FakeClock
from tests.world import World


class Trial:
    """`new` and `old` are the rates of errors of both releases. The candidate has a quarter, unless told otherwise."""

    def __init__(self, *, percent: int = 25, clock: FakeClock | None = None, **traffic: Any) -> None:
        self.world = World(clock, traffic=traffic)
        self.world.make_live()
        self.candidate = self.world.ship().slot or Slot.GREEN
        self.world.rollout(percent)
        self.new = self.old = 0.0
        self.judge = Judge(self.world.deploys)

    def visits(self, seconds: int = 1, per_second: int = 80) -> None:
        """So many seconds go by, with a look at the end of each."""
        for _ in range(seconds):
            self.world.clock.advance(1)
            candidates = per_second * self.session.deploy.share.basis_points // 10_000
            for name, counted in self.world.balancers.counted.items():
                assert isinstance(counted, Mapping)
                self.world.balancers.counted[name] = self._more(
                    counted, candidates // 2, (per_second - candidates) // 2
                )
            self.look()

    def _more(self, counted: SlotCounts, new: int, old: int) -> SlotCounts:
        more = {self.candidate: (new, self.new), self.candidate.other: (old, self.old)}
        return {slot: _after(counts, *more[slot]) for slot, counts in counted.items()}

    def look(self) -> None:
        self.judge.look(self.world.site)

    def restart(self) -> None:
        """Another daemon goes on, whose memory is empty."""
        before = self.session
        self.world.deploys = self.world.restarted()
        self.world.deploys.locks.take(self.world.deploys.session_of(before.deploy.id))
        self.judge = Judge(self.world.deploys)

    @property
    def session(self) -> Session:
        (session,) = self.world.deploys.locks
        return session

    @property
    def judged(self) -> list[Judged]:
        return self.world.happened(Judged)

    @property
    def opinions(self) -> list[Opinion]:
        """What was said, in its order."""
        return [event.judgement.opinion for event in self.judged]


def _after(counts: Counts, requests: int, errors: float) -> Counts:
    return Counts(counts.requests + requests, counts.errors + round(requests * errors), 0, 12.0)
