"""From the ship to the VIP on three real engines: `python -m benchmarks.ship`.

Shippy is the daemon as its users run it, with the playground's Slack and GitHub, and beside it, on the same engines and
in turn with it, the floor (peers/floor.py) and other programs that bring a container up. Each of them gets an image of
its own each round, of which one small layer is new; who comes first is left to chance.

Shippy is measured from the command's entry in the journal until the VIP of every balancer answers with the new commit,
its checks and its journal included; the floor, from the first call until the same. The others do less: they are
measured until every new container answers, and no balancer hears of it.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Protocol

import click

from benchmarks.peers.ansible import Ansible
from benchmarks.peers.engines import Published
from benchmarks.peers.floor import Floor, Steps
from benchmarks.peers.installing import NotInstalled
from benchmarks.peers.kamal import Kamal
from benchmarks.peers.swarm import Swarm
from benchmarks.rows import Row, rows_option, save
from benchmarks.shippable import FLOOR, FLOOR_VIP, Change, Shippable, Shipped
from benchmarks.shipped_steps import breakdown

SHIPPY, BARE = "shippy", "the raw calls"
SHIPPY_AHEAD, BARE_AHEAD = "shippy, image there", "the raw calls, image there"
MOST, MOST_AHEAD = 1.10, 1.3
PAUSE_SECONDS = (0.3, 0.8)

Figures = dict[str, list[float]]


class Peer(Protocol):
    """Another program that brings a version up on every host."""

    @property
    def name(self) -> str: ...

    @property
    def options(self) -> str: ...

    def ship(self, image: Published) -> float:
        """Bring it up; returns the seconds that it took until every container answered."""

    def clear(self) -> None:
        """Leave the hosts as they were."""


@click.command()
@click.option("--rounds", default=7, show_default=True, help="How often each is measured.")
@click.option("--alone", is_flag=True, help="Only shippy and its floor.")
@rows_option
def main(rounds: int, alone: bool, rows: Path | None) -> None:
    """Measure, and print where the time goes."""
    click.echo(f"{os.cpu_count()} cores; load before: {os.getloadavg()[0]:.1f}.")
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="shippy-bench-")))
        bench = Bench(Shippable(folder, ending), folder, alone=alone)
        for done in range(rounds):
            bench.play_a_round()
            click.echo(f"\r{done + 1} of {rounds} rounds", nl=done + 1 == rounds, err=True)
        bench.shippable.daemon.stop()
        click.echo(table(bench.figures))
        for what, told in bench.told.items():
            click.echo(f"\n{what}, p50 of each:\n\n{breakdown(told.shipped, bench.shippable.steps(), told.bare)}")
    for note in bench.notes:
        click.echo(note)
    save(rows_of(bench.figures, bench.missing), rows)


@dataclass
class Told:
    """What shippy and its floor have told of each of their runs."""

    shipped: list[Shipped] = field(default_factory=list)
    bare: list[Steps] = field(default_factory=list)


class Bench:
    """Everybody who is measured, and what each has taken: `figures` in seconds, by name."""

    def __init__(self, shippable: Shippable, folder: Path, *, alone: bool) -> None:
        self.shippable = shippable
        self.figures: Figures = defaultdict(list)
        self.told = {SHIPPY: Told(), SHIPPY_AHEAD: Told()}
        self.notes: list[str] = []
        self.missing: list[str] = []
        machines = shippable.machines
        self._floor = Floor(machines.hosts, machines.balancers, FLOOR, FLOOR_VIP)
        shippable.go_live()
        self._peers: list[Peer] = [] if alone else self._others(folder)
        self._once_each()

    def play_a_round(self) -> None:
        """Everybody once, in any order."""
        works: list[Callable[[], None]] = [self._ship, self._ship_ahead, self._bare, self._bare_ahead]
        works += [lambda peer=peer: self._peer(peer) for peer in self._peers]  # type: ignore[misc] # a default of its own
        for work in random.sample(works, len(works)):
            work()
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - chance, not secrets

    def _others(self, folder: Path) -> list[Peer]:
        hosts = self.shippable.machines.hosts
        installing: dict[str, Callable[[], Peer]] = {
            "Ansible": lambda: Ansible(hosts, folder),
            "Kamal": lambda: Kamal(hosts, self.shippable.image(), folder),
        }
        peers: list[Peer] = []
        for name, install in installing.items():
            try:
                peers.append(install())
            except NotInstalled as why:
                self.notes.append(f"{name} is not installed: {why}")
                self.missing.append(f"{name}: not installed")
        peers.append(Swarm(hosts, self.shippable.image()))
        self.notes += [f"{peer.name}: {peer.options}" for peer in peers] + self.missing
        return peers

    def _once_each(self) -> None:
        """The first time is not measured: connections are made then, and pages of programs are read."""
        self.play_a_round()
        self.figures.clear()
        self.told = {what: Told() for what in self.told}

    def _ship(self) -> None:
        self._shipped(SHIPPY, self.shippable.change())

    def _ship_ahead(self) -> None:
        change = self.shippable.change()
        self._floor.bring(change.image)
        self._shipped(SHIPPY_AHEAD, change)

    def _shipped(self, what: str, change: Change) -> None:
        shipped = self.shippable.ship(change)
        self.told[what].shipped.append(shipped)
        self.figures[what].append(shipped.seconds)
        self.shippable.abort()

    def _bare(self) -> None:
        took, steps = self._floor.ship(self.shippable.image())
        self.figures[BARE].append(took)
        self.told[SHIPPY].bare.append(steps)
        self._floor.clear()

    def _bare_ahead(self) -> None:
        image = self.shippable.image()
        self._floor.bring(image)
        took, steps = self._floor.start(image)
        self.figures[BARE_AHEAD].append(took)
        self.told[SHIPPY_AHEAD].bare.append(steps)
        self._floor.clear()

    def _peer(self, peer: Peer) -> None:
        self.figures[peer.name].append(peer.ship(self.shippable.image()))
        peer.clear()


def table(figures: Figures) -> str:
    floor = median(figures[BARE])
    lines = ["| | p50 | fastest | slowest | as a multiple of the raw calls |", "|---|---:|---:|---:|---:|"]
    for what, seconds in sorted(figures.items(), key=lambda item: median(item[1])):
        cells = " | ".join(f"{one:.2f} s" for one in (median(seconds), min(seconds), max(seconds)))
        lines.append(f"| {what}, {len(seconds)} times | {cells} | {median(seconds) / floor:.2f} |")
    return "\n".join(lines)


def rows_of(figures: Figures, missing: Sequence[str]) -> list[Row]:
    own = {SHIPPY, SHIPPY_AHEAD, BARE, BARE_AHEAD}
    others = {name: median(seconds) for name, seconds in figures.items() if name not in own}
    noted = f" ({'; '.join(missing)})" if missing else ""
    ship = Row(
        f"ship → VIP, 3 engines, 2 HAProxies, checks meanwhile, p50{noted}",
        median(figures[SHIPPY]),
        "s",
        median(figures[BARE]),
        "the raw calls in parallel over plain sockets",
        MOST,
        others,
    )
    ahead = Row(
        "ship → VIP, image on the hosts already, p50",
        median(figures[SHIPPY_AHEAD]),
        "s",
        median(figures[BARE_AHEAD]),
        "create, start and healthy alone",
        MOST_AHEAD,
    )
    return [ship, ahead]


if __name__ == "__main__":
    main()
