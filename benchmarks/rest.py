"""What shippy needs while nothing happens: `python -m benchmarks.rest`.

Measured is `python ship.py run`, with ten apps on a hundred hosts and twenty balancers: how long it takes from its
start until Slack has its connection, its memory, its processor's time while a deploy waits at 25 % on all of them, and
what ten thousand commands leave behind. Its engines and the Runtime APIs of its balancers are stand-ins, in processes
of their own (see benchmarks.resting), so that the figures are shippy's alone.

Beside it: a bare Python that imports gevent and the libraries that shippy is made of, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import click

from benchmarks.resting import Resting, Size
from benchmarks.rows import Row, rows_option, save

BARE = """
from gevent import monkey
monkey.patch_all()
import click, jinja2, prometheus_client, pydantic, requests, sqlalchemy, urllib3, websockets.client, yaml
import github
lines = open("/proc/self/status").read().splitlines()
print(next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")))
"""
BARE_NAME = "a bare Python with the libraries"
SHARE = 25
COMMANDS = ("status", "help", "shp change", "history", "hosts", "queue")
FROM_THE_CHAT = 20
"""Every so many commands, one comes from the chat, and the others from the local socket."""
SETTLED_SECONDS = 6.0

MOST_START, MOST_MEMORY, MOST_LOAD, MOST_GROWTH = 1.5, 80.0, 1.0, 1.0


@click.command()
@click.option("--starts", default=5, show_default=True, help="How often it is started.")
@click.option("--seconds", default=30.0, show_default=True, help="How long it is watched while a deploy waits.")
@click.option("--commands", default=10_000, show_default=True)
@click.option("--warm-up", default=3_000, show_default=True, help="Commands before the memory is first looked at.")
@rows_option
def main(starts: int, seconds: float, commands: int, warm_up: int, rows: Path | None) -> None:
    """Measure, and print what comes of it."""
    # What is imported is compiled once, as it is for anybody who starts it a second time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    size = Size()
    told = f"{size.apps} apps, {size.hosts} hosts, {size.balancers} balancers"
    click.echo(f"{told}; load before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ending:
        shippy = Resting(size, Path(folder), ending)
        start, bare_start, bare_memory = started(shippy, starts)
        tell(f"from exec to connected: {start:.2f} s; {BARE_NAME}: {bare_start:.2f} s and {bare_memory:.0f} MB")
        tell(f"memory, connected, with nothing live: {shippy.memory:.1f} MB")
        shippy.go_live()
        shippy.wait_at(SHARE)
        time.sleep(SETTLED_SECONDS)
        memory = shippy.memory
        tell(f"memory, all apps live, one deploy at {SHARE} %: {memory:.1f} MB")
        load = shippy.load(seconds)
        tell(f"processor, in the same state, over {seconds:.0f} s: {load:.2f} % of a core")
        growth = grown(shippy, commands, warm_up)
        tell(f"memory after {commands} more commands: {growth:+.1f} MB")
    bare = {BARE_NAME: bare_start}
    waiting = f"one deploy at {SHARE} % on {size.hosts} hosts and {size.balancers} balancers"
    found = [
        Row(f"start until connected, {told}", start, "s", wanted=MOST_START, others=bare),
        Row(f"memory, {told}", memory, "MB", wanted=MOST_MEMORY, others={BARE_NAME: bare_memory}),
        Row(f"processor at rest, {waiting}", load, "% of a core", wanted=MOST_LOAD),
        Row(f"memory that {commands} commands leave behind", max(growth, 0.0), "MB", wanted=MOST_GROWTH),
    ]
    save(found, rows)


def tell(text: str) -> None:
    click.echo(f"  {text}")


def started(shippy: Resting, times: int) -> tuple[float, float, float]:
    """Medians in seconds of so many starts, of shippy and of the bare Python in turn, and the latter's megabytes.

    The daemon runs afterwards.
    """
    shippy.start()
    ours: list[float] = []
    bare: list[tuple[float, float]] = []
    for _ in range(times):
        bare.append(timed(bare_python))
        shippy.daemon.stop()
        ours.append(shippy.start())
    return median(ours), median(seconds for seconds, _ in bare), median(megabytes for _, megabytes in bare)


def timed(work: Callable[[], float]) -> tuple[float, float]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def bare_python() -> float:
    """Start it, and return its megabytes once everything is imported."""
    command = [sys.executable, "-c", BARE]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603 - our own


def grown(shippy: Resting, commands: int, warm_up: int) -> float:
    """How many megabytes so many commands leave behind, after others have filled what is filled once."""
    shippy.ask_often(COMMANDS, warm_up, FROM_THE_CHAT)
    before = shippy.memory
    shippy.ask_often(COMMANDS, commands, FROM_THE_CHAT)
    return shippy.memory - before


if __name__ == "__main__":
    main()
