"""Whether a share is exact, on each balancer, and whether visitors stay on the version that they got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from playground.traffic.driving import Driver
from playground.traffic.report import Table
from playground.visitors.client import Counts, Visitors

SHARES = (0, 0.5, 1, 5, 10, 25, 50, 75, 99.5, 100)
COURSE = (5.0, 5.0, 25.0, 25.0, 75.0, 25.0, 0.0)
RATE = 30.0
EVERYBODY = 100
"""So many visits, and every visitor has come again."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How many new visitors are sent for each share, and how sure an interval is (0.999) of what is measured."""

    sample: int
    sure: float

    def __str__(self) -> str:
        return f"{100 * self.sure:.6g} % interval"


def exact(driver: Driver, visitors: Visitors, commit: str, shares: Sequence[float], precision: Precision) -> Table:
    """Roll out each share in turn and send new visitors, to either balancer by turns."""
    title = f"Shares, asked and measured ({precision.sample:,} new visitors each)"
    table = Table(title, ("asked", "balancer", "measured", str(precision)))
    for percent in shares:
        driver.roll_out(percent)
        counts = visitors.sample(precision.sample)
        for number, versions in enumerate(_in_order(counts), start=1):
            answers, candidate = sum(versions.values()), versions.get(commit, 0)
            low, high = wilson(candidate, answers, precision.sure)
            measured = 100 * candidate / answers
            kept = low <= percent <= high and (percent not in {0, 100} or measured == percent)
            table.add(f"{percent:g} %", f"lb{number}", f"{measured:.2f} %", f"{low:.2f} to {high:.2f} %", kept=kept)
    return table


def sticky(driver: Driver, visitors: Visitors, commit: str, stable: str, seconds: float) -> Table:
    """Move the share up and down, with the same visitors coming again and again to either balancer."""
    table = Table("Visitors who changed their version", ("while the share", "to the new one", "back", "requests"))
    last = 0.0
    driver.roll_out(last)
    visitors.mark()
    visitors.wait_for(EVERYBODY)
    for percent in COURSE:
        before = visitors.total()
        driver.roll_out(percent)
        visitors.mark()
        visitors.wait_for(int(seconds * RATE), seconds * 4)
        after = visitors.total()
        there, back = (_moves(before, after, *way) for way in ((stable, commit), (commit, stable)))
        what = f"stands at {percent:g} %" if percent == last else f"goes from {last:g} to {percent:g} %"
        kept = _may_move(there, back, last, percent)
        table.add(what, there, back, after.requests - before.requests, kept=kept)
        last = percent
    return table


def _in_order(counts: Counts) -> list[Mapping[str, int]]:
    """The answers by their version, of one balancer after the other."""
    return [counts.balancers[url] for url in sorted(counts.balancers)]


def _moves(before: Counts, after: Counts, old: str, new: str) -> int:
    way = f"{old} {new}"
    return after.moves.get(way, 0) - before.moves.get(way, 0)


def _may_move(there: int, back: int, before: float, after: float) -> bool:
    return (after > before or not there) and (after < before or not back)


def wilson(hits: int, count: int, sure: float) -> tuple[float, float]:
    """Between which percentages the true share lies, two-sided (E. B. Wilson, 1927)."""
    z = NormalDist().inv_cdf(0.5 + sure / 2)
    share = hits / count
    middle = share + z * z / (2 * count)
    spread = z * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    width = 1 + z * z / count
    # Of none, or of all, these are exact; reckoned, they would be off in the last digit.
    low = (middle - spread) / width if hits else 0.0
    high = (middle + spread) / width if hits < count else 1.0
    return 100 * low, 100 * high
