"""Whole lives of deploys under a steady and mixed load: what was lost, and how long things take to have effect."""

from __future__ import annotations

import time
from collections.abc import Mapping
from statistics import median, quantiles

from playground.traffic.driving import Driver
from playground.traffic.report import Table
from playground.visitors.client import Visitors

UP_AND_DOWN = (5, 25, 50, 10, 75)
UNDO_SECONDS = 1.0
ROLLOUT_SECONDS = 0.1
SLOWEST_SECONDS = 11.0


def undone(driver: Driver) -> float:
    """Undo what has just been committed, and unlock ships; returns the seconds until all traffic was back."""
    before = driver.entry(driver.stage.machines.balancers[0])
    stable = before.partition("/")[0]
    seconds = driver.until_all("undo measured", lambda entry: not entry.startswith(stable))
    driver.stage.wait_for(driver.thread, "Undone:", 120)
    driver.type("unlock", "has unlocked ships")
    return seconds


def lives(driver: Driver, visitors: Visitors, branches: tuple[str, str]) -> Table:
    """Ship, five shares up and down, commit, undo; then a second deploy that is aborted at 50 %."""
    first, second = branches
    before = visitors.total()
    driver.ship(first)
    for percent in UP_AND_DOWN:
        driver.roll_out(percent)
    driver.end("commit", "Done:")
    undone(driver)
    driver.ship(second)
    driver.roll_out(50)
    driver.end("abort measured", "Aborted:")
    # What takes longest and was begun last has come to its end by then.
    time.sleep(SLOWEST_SECONDS)
    after = visitors.total()
    table = Table("Requests over the whole life of two deploys", ("kind", "requests", "failed"))
    failures = {kind: _failed(after.failures, kind) - _failed(before.failures, kind) for kind in after.kinds}
    for kind, count in sorted(after.kinds.items()):
        table.add(kind, count - before.kinds.get(kind, 0), failures[kind], kept=not failures[kind])
    table.add("all", after.requests - before.requests, after.failed - before.failed, kept=after.failed == before.failed)
    return table


def _failed(failures: Mapping[str, int], kind: str) -> int:
    return sum(count for reason, count in failures.items() if reason.startswith(f"{kind}: "))


def times(rollouts: list[float], undos: list[float]) -> Table:
    columns = ("command", "times", "median", "99th percentile", "promised of the median")
    table = Table("From the chat to every balancer", columns)
    for command, seconds, most in (("rollout", rollouts, ROLLOUT_SECONDS), ("undo", undos, UNDO_SECONDS)):
        middle = median(seconds)
        shown = (command, len(seconds), _ms(middle), _ms(_p99(seconds)), f"under {_ms(most)}")
        table.add(*shown, kept=middle < most)
    return table


def _p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[98] if len(seconds) > 1 else seconds[0]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
