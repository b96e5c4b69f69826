"""How long the checks of a ship take, as a multiple of one round trip to GitHub: `python -m benchmarks.checks`.

GitHub is the playground's, in a process of its own, which answers each request 200 ms late. What is measured is what
shippy asks of it, without chat, journal and hosts. The round trip is one small request, measured in turn with the rest,
so that whatever else the machine does meanwhile hits both alike.
"""

# ruff: noqa: I001 - gevent patches everything before anything else is imported
from __future__ import annotations

import tests.gevent_first  # noqa: F401 - imported for what it does

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from benchmarks.rows import Row, rows_option, save
from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.app import RealClock
from shippy.checks import Subject, run_checks
from shippy.github import GitHubRepository
from shippy.model import Verdict
from tests.fakes.fleet import FakeFleet
from tests.github.served import Served, served_github
from tests.world import DANA, app_settings

LATE_SECONDS = 0.2
TRIP = "one round trip"
FEW, MANY = 3, 120
"""Statuses of a commit: on one page of GitHub's lists, and on two."""
CHECKS = {"statuses": ["ci/*", "protected"], "up_to_date": True}

Work = Callable[[], object]


@dataclass(frozen=True)
class Figures:
    """What something has taken: its seconds, one a round, and the requests of one round."""

    seconds: list[float]
    requests: int


@click.command()
@click.option("--rounds", default=10, show_default=True, help="How often each is measured.")
@rows_option
def main(rounds: int, rows: Path | None) -> None:
    """Measure, and print a table."""
    late = f"{LATE_SECONDS * 1000:.0f} ms"
    click.echo(f"{os.cpu_count()} cores; load before: {os.getloadavg()[0]:.1f}. GitHub answers {late} late.")
    with tempfile.TemporaryDirectory() as folder, served_github(Path(folder)) as served:
        hubs = {count: filled(served, count) for count in (FEW, MANY)}
        next(iter(hubs.values())).fault(Fault(Kind.SLOW, path="/api/v3/", seconds=LATE_SECONDS))
        figures = measured(served, hubs, rounds)
    click.echo(table(figures))
    save([row(figures, what) for what in figures if what != TRIP], rows)


def filled(served: Served, statuses: int) -> Hub:
    """A repository with a green branch that has a pull request and so many statuses, two of which master asks for."""
    hub = served.repository(f"with-{statuses}")
    commit = hub.push_file("feature-x", "a.txt", "a", "Add a")
    hub.open_pull("feature-x", "A change")
    for number in range(statuses):
        hub.set_status(commit, f"ci/{number}", "success")
    hub.report_check(commit, "ci/lint", "success")
    hub.protect("master", "ci/0", "ci/lint")
    return hub


def measured(served: Served, hubs: Mapping[int, Hub], rounds: int) -> Mapping[str, Figures]:
    with closing(served.connect()) as client:
        works: dict[str, Work] = {TRIP: lambda: client.requester.requestJsonAndCheck("GET", "/meta")}
        for count, hub in hubs.items():
            code = GitHubRepository(client, hub.full_name)
            if count == FEW:
                works["resolve a branch"] = lambda code=code: code.resolve("feature-x")  # type: ignore[misc]
            works[f"all checks, {count} statuses"] = checks_of(code)
        seconds: defaultdict[str, list[float]] = defaultdict(list)
        requests = {what: counted(hubs[FEW], work) for what, work in works.items()}
        for _ in range(rounds):
            for what, work in works.items():
                began = time.perf_counter()
                work()
                seconds[what].append(time.perf_counter() - began)
    return {what: Figures(seconds[what], requests[what]) for what in works}


def checks_of(code: GitHubRepository) -> Work:
    """The checks of a ship, which all pass."""
    subject = Subject(
        app="web",
        settings=app_settings(checks=CHECKS),
        revision=code.resolve("feature-x"),
        person=DANA,
        code=code,
        fleet=FakeFleet(),
        clock=RealClock(),
    )

    def check() -> None:
        failed = [result for result in run_checks(subject) if result.verdict is not Verdict.PASSED]
        if failed:
            raise ValueError(f"these should have passed: {failed}")

    return check


def counted(hub: Hub, work: Work) -> int:
    """How many requests something makes. The first time is not measured: connections are made then."""
    before = hub.calls()[-1]["number"]
    work()
    return len(hub.calls(before))


def row(figures: Mapping[str, Figures], what: str) -> Row:
    floor = f"a round trip to GitHub, {LATE_SECONDS * 1000:.0f} ms late"
    return Row(what, median(figures[what].seconds), "s", median(figures[TRIP].seconds), floor)


def table(figures: Mapping[str, Figures]) -> str:
    trip = median(figures[TRIP].seconds)
    lines = ["| | requests | p50 | round trips |", "|---|---:|---:|---:|"]
    for what, taken in figures.items():
        seconds = median(taken.seconds)
        lines.append(f"| {what} | {taken.requests} | {seconds * 1000:.0f} ms | {seconds / trip:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
