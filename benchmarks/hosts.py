"""python -m benchmarks.hosts: what it costs to work on hundreds of Docker hosts.

The engines are a program that stands in for them (benchmarks/engines), over real sockets.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.clients.__main__ import NAMES
from benchmarks.rows import Row, rows_option, save
from benchmarks.running import engines, measured

OWN, FLOOR = "shippy", "sockets"
WALL_SECONDS, CPU_MS, TLS_CPU_MS, MEGABYTES = 0.8, 1.5, 3.0, 45.0

Took = Mapping[str, Mapping[str, Any]]


@click.command()
@rows_option
@click.option("--hosts", default=500, help="How many, for the clients.")
def main(rows: Path | None, hosts: int) -> None:
    """Measure the clients of the Engine API side by side."""
    with tempfile.TemporaryDirectory() as folder:
        plain, secured = clients(hosts, None), clients(hosts, Path(folder))
    save([*client_rows(plain, hosts, ""), *client_rows(secured, hosts, ", TLS")], rows)


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
