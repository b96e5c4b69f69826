"""python -m playground.traffic: exits with 0 only if every promise about the traffic was kept."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playground.machine.packages import MissingPrograms
from playground.machine.topology import NoEngine
from playground.sample.branches import MAIN
from playground.stage import start_stage
from playground.traffic import living, shares, verdicts
from playground.traffic.driving import Driver
from playground.traffic.report import Table, write
from playground.traffic.shares import Precision

PAGE = Path(__file__).parents[2] / "docs" / "traffic.md"
# Old containers may finish what takes ten seconds.
SETTINGS = {"drain": "15s", "warm": "15m"}
SHARE_BRANCH, SECOND_BRANCH, BAD_BRANCH = "green-button", "blue-header", "flaky"


@dataclass(frozen=True)
class Extent:
    """How much is measured: in the whole, and in short for the tests."""

    shares: tuple[float, ...]
    precision: Precision
    seconds: float
    rollouts: int
    undos: int
    verdicts: int
    judged: tuple[str, ...]
    patience: float


WHOLE = Extent(shares.SHARES, Precision(5000, 0.999), 12.0, 100, 5, 20, (BAD_BRANCH, SECOND_BRANCH), 240.0)
# Of so many looks in every run of the tests, none may be wrong by chance; and to call a release as good takes a minute.
SHORT = Extent((0, 0.5, 25, 100), Precision(1000, 0.999999), 4.0, 10, 1, 1, (BAD_BRANCH,), 30.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m playground.traffic", description=__doc__)
    parser.add_argument("--short", action="store_true", help="less of each, in about a minute")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this (repeatable)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/traffic.md")
    options = parser.parse_args()
    began = time.monotonic()
    found: list[Table] = []
    try:
        with ExitStack() as ending:
            for table in _measured(ending, SHORT if options.short else WHOLE, options.part or list(PARTS)):
                found.append(table)
                _say(f"\n{table}\n")
    except (MissingPrograms, NoEngine) as error:
        sys.exit(str(error))
    if options.write:
        write(PAGE, found)
    broken = [table.title for table in found if not table.kept]
    minutes = (time.monotonic() - began) / 60
    _say(f"{len(found)} tables in {minutes:.1f} minutes; not kept: {', '.join(broken) or 'nothing'}.")
    sys.exit(1 if broken else 0)


def _measured(ending: ExitStack, extent: Extent, parts: Sequence[str]) -> Iterator[Table]:
    folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="shippy-traffic-")))
    stage = start_stage(folder, ending, _say, traffic=SETTINGS)
    stage.go_live()
    for part in parts:
        with ExitStack() as coming:
            yield from PARTS[part](Driver(stage), coming, extent)


def _shares(driver: Driver, coming: ExitStack, extent: Extent) -> Iterator[Table]:
    visitors = driver.stage.visitors(coming, rate=shares.RATE)
    stable = driver.stage.hub.head(MAIN)
    commit = driver.ship(SHARE_BRANCH)
    yield shares.exact(driver, visitors, commit, extent.shares, extent.precision)
    yield shares.sticky(driver, visitors, commit, stable, extent.seconds)
    driver.end("abort measured", "Aborted:")


def _lives(driver: Driver, coming: ExitStack, _: Extent) -> Iterator[Table]:
    mixed = driver.stage.visitors(coming, rate=shares.RATE, mixed=True)
    yield living.lives(driver, mixed, (SHARE_BRANCH, SECOND_BRANCH))


def _times(driver: Driver, _: ExitStack, extent: Extent) -> Iterator[Table]:
    driver.ship(SECOND_BRANCH)
    rollouts = [driver.roll_out(5 + number % 90) for number in range(extent.rollouts)]
    driver.end("abort measured", "Aborted:")
    yield living.times(rollouts, [_undo(driver) for _ in range(extent.undos)])


def _undo(driver: Driver) -> float:
    driver.ship(SECOND_BRANCH)
    driver.end("commit", "Done:")
    return living.undone(driver)


def _verdicts(driver: Driver, coming: ExitStack, extent: Extent) -> Iterator[Table]:
    driver.stage.visitors(coming, rate=verdicts.RATE)
    judged = verdicts.table()
    for branch in extent.judged:
        verdicts.add(judged, driver, branch, extent.verdicts, extent.patience)
    yield judged


PARTS: Mapping[str, Callable[[Driver, ExitStack, Extent], Iterator[Table]]] = {
    "shares": _shares,
    "lives": _lives,
    "times": _times,
    "verdicts": _verdicts,
}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
