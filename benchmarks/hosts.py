"""python -m benchmarks.hosts: what it costs to work on hundreds of Docker hosts.

The engines are a program that stands in for them (benchmarks/engines), over real sockets.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks.clients import NAMES
from benchmarks.deploying import Deployed, deployed
from benchmarks.rows import Row, rows_option, save
from benchmarks.running import engines, measured

OWN, FLOOR = "shippy", "sockets"
OWN_WORK = {"pull": 0.4, "start": 0.6, "healthy": 1.0}
"""What hosts take themselves, in seconds."""
BOUNDED_WORK = {"pull": 0.1, "start": 0.2, "healthy": 0.2}
BOUNDED_HOSTS, AT_ONCE = 100, 20
FEW_HOSTS, MOST_RATIO, MOST_RATIO_MANY = 100, 1.15, 1.5
LINEAR = 1.2
STATUS_MS = 100.0

WALL_SECONDS, CPU_MS, TLS_CPU_MS, MEGABYTES = 0.8, 1.5, 3.0, 45.0

Took = Mapping[str, Mapping[str, Any]]


@click.command()
@rows_option
@click.option("--hosts", default=500, show_default=True, help="How many, for the clients; 0: leave them out.")
@click.option("--deploys", default="10,100,500,1000", show_default=True, help="How many, for deploys, with commas.")
@click.option("--held-up", is_flag=True, help="Also tell what holds up everybody else in the daemon (held_up.py).")
def main(rows: Path | None, hosts: int, deploys: str, *, held_up: bool) -> None:
    """Measure the clients of the Engine API side by side, and then whole deploys."""
    told: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        if hosts:
            told += client_rows(clients(hosts, None), hosts, "")
            told += client_rows(clients(hosts, Path(folder)), hosts, ", TLS")
        counts = [int(count) for count in deploys.split(",") if count]
        if counts:
            told += deploy_rows([one_deploy(Path(folder), count, count, OWN_WORK, held_up=held_up) for count in counts])
            told.append(bounded_row(one_deploy(Path(folder), BOUNDED_HOSTS, AT_ONCE, BOUNDED_WORK)))
    save(told, rows)


def one_deploy(
    folder: Path, hosts: int, pull_at_once: int, work: Mapping[str, float], *, held_up: bool = False
) -> Deployed:
    one = deployed(folder / f"{hosts}-{pull_at_once}", hosts, pull_at_once, held_up=held_up, **work)
    click.echo(
        f"\na deploy on {hosts} hosts, {pull_at_once} of which pull at once: {one.wall:.2f} s, {one.ready} ready; "
        f"{one.cpu:.2f} s of processor time ({one.cpu / hosts * 1000:.1f} ms a host); "
        f"{one.before:.0f} MB before, {one.peak:.0f} MB at most; {len(one.answers)} times `status`, p50 "
        f"{median(one.answers) * 1000:.0f} ms, p99 {one.p99 * 1000:.0f} ms, before it {one.at_rest * 1000:.0f} ms; "
        f"message: {one.blocks} blocks, longest text {one.longest}; most pulls at once {one.pulls_at_once}; "
        f"the engines: {one.engines_cpu:.2f} s"
    )
    if held_up:
        click.echo(one.held_up)
    return one


def deploy_rows(deploys: Sequence[Deployed]) -> list[Row]:
    floor = sum(OWN_WORK.values())
    rows = [
        Row(
            f"a deploy on {one.hosts} hosts, from its first record to the VIP",
            one.wall,
            "s",
            floor,
            "the hosts' own work",
            MOST_RATIO if one.hosts <= FEW_HOSTS else MOST_RATIO_MANY,
        )
        for one in deploys
    ]
    most = deploys[-1]
    base = next((one for one in deploys if one.hosts >= FEW_HOSTS), most)
    rows.append(
        Row(
            f"processor time a host, of a deploy on {most.hosts}",
            most.cpu / most.hosts * 1000,
            "ms",
            base.cpu / base.hosts * 1000,
            f"the same on {base.hosts} hosts",
            LINEAR,
        )
    )
    what = f"`status` in the middle of a deploy on {most.hosts} hosts, p99"
    rows.append(Row(what, most.p99 * 1000, "ms", wanted=STATUS_MS))
    rows.append(Row(f"`status` at rest, for which all of {most.hosts} hosts are asked, p50", most.at_rest * 1000, "ms"))
    rows.append(Row(f"the message of a deploy on {most.hosts} hosts, its blocks", most.blocks, "blocks", wanted=50))
    longest = max(one.longest for one in deploys)
    rows.append(Row("the longest text in a message's block, in any of these", longest, "characters", wanted=3000))
    kilobytes = (most.peak - most.before) * 1024 / most.hosts
    return [*rows, Row(f"memory that a deploy on {most.hosts} hosts takes", kilobytes, "KB a host")]


def bounded_row(one: Deployed) -> Row:
    what = f"pulls at once, of {one.hosts} hosts"
    return Row(what, one.pulls_at_once, "hosts", wanted=AT_ONCE)


def clients(hosts: int, tls: Path | None) -> Took:
    """Wall and CPU seconds, and megabytes, by the names of the clients; each has engines of its own."""
    took = {}
    click.echo(
        f"\n{hosts} hosts{', TLS' if tls else ''}: pull, create, start, inspect\n{'':14}  s     CPU ms a host   MB"
    )
    for name in NAMES:
        with engines(hosts, tls) as running:
            options = ["--hosts", hosts, "--port", running.port, *(["--tls", tls] if tls else [])]
            one = took[name] = measured("benchmarks.clients", name, *options)
        click.echo(f"{name:14} {one['wall']:5.2f} {one['cpu'] / hosts * 1000:10.2f} {one['mb']:10.0f}")
    click.echo(f"(the engines themselves, for the last of them: {running.counts['cpu'] / hosts * 1000:.2f} ms a host)")
    return took


def client_rows(took: Took, hosts: int, how: str) -> Sequence[Row]:
    what = f"{hosts} hosts that answer at once{how}: pull, create, start, inspect"
    floor = took[FLOOR]
    others = {name: one for name, one in took.items() if name not in {OWN, FLOOR}}

    def row(of: str, unit: str, key: str, scale: float, wanted: float | None) -> Row:
        beside = {name: one[key] * scale for name, one in others.items()}
        beside["bare sockets"] = floor[key] * scale
        return Row(f"{what}; {of}", took[OWN][key] * scale, unit, wanted=wanted, others=beside)

    return [
        row("time", "s", "wall", 1.0, None if how else WALL_SECONDS),
        row("processor time", "ms a host", "cpu", 1000 / hosts, TLS_CPU_MS if how else CPU_MS),
        row("memory", "MB", "mb", 1.0, None if how else MEGABYTES),
    ]


if __name__ == "__main__":
    main()
