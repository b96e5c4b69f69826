"""How long a rollout, and an undo, takes from the chat to every balancer: `python -m benchmarks.rollout`.

One shippy with 2 balancers and one with 20 run side by side and are measured in turn, so that whatever else the machine
does meanwhile hits both alike; their ratio says more than either figure. A measurement begins before the message is
posted to the playground's Slack, which sends it on over Socket Mode, and ends when the last balancer, asked through its
Runtime API, has what was typed. Looking costs up to a millisecond, and 0.1 ms a balancer, which are in the figures.
"""

from __future__ import annotations

import os
import platform
import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

import click

from benchmarks.rows import Row, rows_option, save
from benchmarks.side import Entry, Side
from playground.machine.packages import search_path

FEW, MANY = 2, 20
MOST_RATIO = 1.2
SHARES = ("25", "50", "10", "75", "5")
PARTS = {
    "before": "until the first balancer is asked: Slack, the websocket, who may, two entries of the journal",
    "look": "all balancers are asked what they do",
    "record": "all balancers' files are on disk",
    "switch": "all balancers are told, and have said what they do now",
}
# Apart from each other by no fixed time, so that nothing that is done regularly is always met, or never.
PAUSE_SECONDS = (0.5, 1.0)

Figures = dict[tuple[str, int], list[float]]


@click.command()
@click.option("--rounds", default=10, show_default=True, help="Deploys a side; each is rolled out to five shares.")
@click.option("--many", default=MANY, show_default=True, help="The balancers of the larger side.")
@rows_option
def main(rounds: int, many: int, rows: Path | None) -> None:
    """Measure, and print a table."""
    click.echo(f"{machine()}; {FEW} and {many} HAProxies, and all else, on it. Load before: {os.getloadavg()[0]:.1f}.")
    with ExitStack() as ending:
        sides = [Side(FEW, ending), Side(many, ending)]
        figures = measured(sides, rounds)
        for side in sides:
            side.stop()
        click.echo(table(figures, FEW, many))
        click.echo(breakdown(sides))
    save([row(what, figures, FEW, many) for what in ("rollout", "undo")], rows)


def measured(sides: Sequence[Side], rounds: int) -> Figures:
    """Seconds, by what was typed and the number of balancers."""
    figures: Figures = defaultdict(list)
    for side in sides:
        side.ship()
        side.tell("commit")
    for done in range(rounds):
        for side in sides:
            side.ship()
        for share in SHARES:
            for side in in_any_order(sides):
                pause()
                figures["rollout", side.count].append(side.seconds_until_effect(f"rollout {share}", share_is(share)))
        for side in in_any_order(sides):
            stable, _, _ = side.entry()
            side.tell("commit")
            pause()
            figures["undo", side.count].append(side.seconds_until_effect("undo", stable_is(stable)))
            pause()
            side.tell("unlock")
        click.echo(f"\r{done + 1} of {rounds} rounds", nl=done + 1 == rounds, err=True)
    return figures


def share_is(percent: str) -> Callable[[Entry], bool]:
    return lambda entry: entry[2] == f"{percent}00"


def stable_is(slot: str) -> Callable[[Entry], bool]:
    return lambda entry: entry[0] == slot


def in_any_order(sides: Sequence[Side]) -> list[Side]:
    return random.sample(sides, len(sides))


def pause() -> None:
    time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - chance, not secrets


def table(figures: Figures, few: int, many: int) -> str:
    """Median and 99th percentile of each, in milliseconds, and the ratio of the medians."""
    lines = [
        f"| from the chat to all balancers | {few} balancers, p50 | p99 | {many} balancers, p50 | p99 | ratio of p50 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for what in dict.fromkeys(what for what, _ in figures):
        small, large = figures[what, few], figures[what, many]
        cells = [in_milliseconds(figure) for side in (small, large) for figure in (median(side), p99(side))]
        lines.append(f"| {what}, {len(small)} times each | {' | '.join(cells)} | {median(large) / median(small):.2f} |")
    return "\n".join(lines)


def row(what: str, figures: Figures, few: int, many: int) -> Row:
    return Row(
        what=f"{what}, from the chat to all of {many} balancers, p50",
        took=median(figures[what, many]) * 1000,
        unit="ms",
        floor=median(figures[what, few]) * 1000,
        floor_is=f"with {few} balancers",
        wanted=MOST_RATIO,
    )


def breakdown(sides: Sequence[Side]) -> str:
    """What the medians went into."""
    lines = [
        "",
        f"| of a rollout, p50 | {' | '.join(f'{side.count} balancers' for side in sides)} |",
        f"|---|{'---:|' * len(sides)}",
    ]
    parts = [side.parts("rollout") for side in sides]
    lines += [
        f"| {name} | {' | '.join(f'{part[key] * 1000:.1f} ms' for part in parts)} |" for key, name in PARTS.items()
    ]
    return "\n".join(lines)


def p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


def in_milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def machine() -> str:
    version = subprocess.run(
        ["haproxy", "-v"],  # noqa: S607 - from PATH, like everything that the playground starts
        capture_output=True,
        check=True,
        text=True,
        env={"PATH": search_path()},
    )
    haproxy = version.stdout.split()[2]
    return f"{os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}, HAProxy {haproxy}"


if __name__ == "__main__":
    main()
