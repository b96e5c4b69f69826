"""How often the verdict on a new release is right: on one that answers with errors, and on one that does not."""

from __future__ import annotations

import re
import time
from collections import Counter
from statistics import median

from playground.traffic.driving import Driver
from playground.traffic.report import Table

SHARE = 25
RATE = 100.0
LOOK_SECONDS = 1.0
ENOUGH = 0.9
OPINION = re.compile(r"^The new release is (worse|as good|better)", re.MULTILINE)
RIGHT = {"flaky": ("worse",), "blue-header": ("as good", "better")}


def table() -> Table:
    return Table("Verdicts", ("branch", "runs", "right", "wrong", "undecided", "median time", "longest"))


def add(found: Table, driver: Driver, branch: str, runs: int, patience: float) -> None:
    """Ship a branch and let it be judged, so many times, each for at most `patience` seconds."""
    opinions: Counter[str] = Counter()
    seconds: list[float] = []
    for _ in range(runs):
        # A deploy of its own each time: within one, the chances of being wrong are shared by all its comparisons.
        driver.ship(branch)
        driver.roll_out(SHARE)
        opinion, took = _judged(driver, patience)
        opinions[opinion] += 1
        seconds.append(took)
        driver.end("abort judged", "Aborted:")
    right = sum(opinions[word] for word in RIGHT[branch])
    undecided = opinions["undecided"]
    wrong = runs - right - undecided
    times = (f"{median(seconds):.0f} s", f"{max(seconds):.0f} s")
    found.add(branch, runs, right, wrong, undecided, *times, kept=not wrong and right >= ENOUGH * runs)


def _judged(driver: Driver, patience: float) -> tuple[str, float]:
    """The first opinion that is one, and the seconds until it was there."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        time.sleep(LOOK_SECONDS)
        told = OPINION.search(driver.stage.daemon.tell("verdict"))
        if told:
            return told[1], time.monotonic() - began
    return "undecided", patience
