"""Simulated balancers: what they would have counted, second by second. Pure, and the same for the same seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from shippy.model import Counts, Slot, SlotCounts

WINDOW = 512


@dataclass(frozen=True)
class Release:
    """What a visitor of it meets: a rate of errors, and the time to an answer in milliseconds."""

    errors: float = 0.0
    takes: Callable[[Random], float] = lambda _: 30.0


class Counter:
    """One slot of one balancer, with an average that slides and is shown in whole milliseconds, as HAProxy does."""

    def __init__(self) -> None:
        self.requests = self.errors = 0
        self.average = 0.0

    def answer(self, milliseconds: float, *, error: bool) -> None:
        self.requests += 1
        self.errors += error
        self.average += (milliseconds - self.average) / min(self.requests, WINDOW)

    @property
    def counts(self) -> Counts:
        return Counts(self.requests, self.errors, 0, float(math.ceil(self.average)))


def seconds(
    random: Random, new: Release, old: Release, *, share: float, per_second: float, balancers: int = 2
) -> Iterator[dict[str, SlotCounts]]:
    """What the balancers have counted at each full second, for ever; green is the new release."""
    counters = {f"lb{number}": {slot: Counter() for slot in Slot} for number in range(1, balancers + 1)}
    while True:
        yield {name: {slot: counter.counts for slot, counter in slots.items()} for name, slots in counters.items()}
        for slots in counters.values():
            for slot, release, part in ((Slot.GREEN, new, share), (Slot.BLUE, old, 1 - share)):
                for _ in range(poisson(random, per_second * part / balancers)):
                    slots[slot].answer(release.takes(random), error=random.random() < release.errors)


def poisson(random: Random, mean: float) -> int:
    """How many come in a second, where each comes whenever they like."""
    count, passed = 0, random.expovariate(mean)
    while passed < 1:
        count, passed = count + 1, passed + random.expovariate(mean)
    return count


def errors(random: Random, rate: float, requests: int) -> int:
    """How many of so many requests end in an error; quick for small rates."""
    if rate <= 0:
        return 0
    count, at = 0, -1
    while True:
        at += 1 + int(math.log(1 - random.random()) / math.log(1 - rate))
        if at >= requests:
            return count
        count += 1


def dice(seed: int) -> Random:
    """Always the same luck."""
    return Random(seed)  # noqa: S311 - nothing is kept secret with it


def quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
