"""From requests to a verdict, with two real HAProxies that do the counting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, cycle
from typing import Any

import gevent
import pytest

from playground.machine.world import World
from shippy.judging import Comparison
from shippy.model import Judgement, Opinion, Share, Slot
from tests.integration.haproxies import HAProxies, Server, at, visitors

QUARTER = Share.of_percent(25)
DECIDED_WITHIN = 60.0


class Flaky(Server):
    """Every fifth answer is an error."""

    def __init__(self, host: str) -> None:
        self._number = count(1)
        super().__init__(host, "flaky")

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        if next(self._number) % 5:
            return super()._answer(environ, start)
        start("500 Internal Server Error", [])
        return [b"flaky"]


def judged(haproxies: HAProxies) -> Judgement:
    """The first judgement that is one, with a look every half second, as a dozen visitors come again and again."""
    comparison, names = Comparison(Slot.GREEN, QUARTER), cycle(haproxies.machines)
    began = time.monotonic()
    with visitors(lambda: haproxies.get(next(names)), 12):
        while (now := time.monotonic()) - began < DECIDED_WITHIN:
            counted = haproxies.balancers.counts()
            comparison.add({name: str(of) if isinstance(of, Exception) else of for name, of in counted.items()}, now)
            judgement = comparison.judgement()
            if judgement.opinion is not Opinion.UNDECIDED:
                return judgement
            gevent.sleep(0.5)
    raise AssertionError(f"it could not be told: {comparison.judgement()}")


@contextmanager
def release(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        server.stop()


def test_a_release_with_errors_is_worse_by_what_haproxies_count(world: World, old: Server) -> None:
    haproxies = HAProxies(world)
    with release(Flaky("web-1")) as flaky:
        haproxies.balancers.bring(at(QUARTER, old, flaky))
        judgement = judged(haproxies)
    assert judgement.opinion is Opinion.WORSE
    assert judgement.measures[0].opinion is Opinion.WORSE
    assert judgement.measures[0].stable == "0 %"


@pytest.mark.parametrize(("takes", "opinion"), [(0.0, Opinion.AS_GOOD), (0.06, Opinion.WORSE)], ids=["good", "slow"])
def test_a_release_is_as_good_or_slow_by_what_haproxies_count(
    world: World, old: Server, new: Server, takes: float, opinion: Opinion
) -> None:
    haproxies = HAProxies(world)
    new.takes = takes
    haproxies.balancers.bring(at(QUARTER, old, new))
    assert judged(haproxies).opinion is opinion
