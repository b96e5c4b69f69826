"""python -m benchmarks.clients NAME --hosts N --port P [--tls FOLDER]: prints what it took, as JSON."""

# ruff: noqa: E402 - everything has to be patched by gevent before it is imported
from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json
import time
from importlib import import_module
from pathlib import Path

import click
import gevent

from benchmarks.clients import NAMES
from benchmarks.clients.work import Target
from benchmarks.engines.settings import address


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--hosts", type=int, required=True)
@click.option("--port", type=int, required=True)
@click.option("--tls", type=click.Path(path_type=Path))
def main(name: str, hosts: int, port: int, tls: Path | None) -> None:
    """Do the work on all hosts at once, a greenlet each."""
    # Only the one: what another imports is not to be in its memory.
    prepare = import_module(f"benchmarks.clients.by_{name}").prepare
    targets = [Target(address(number), port, tls) for number in range(hosts)]
    began, cpu = time.perf_counter(), time.process_time()
    gevent.joinall([gevent.spawn(prepare, target) for target in targets], raise_error=True)
    took = {"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    # Not getrusage's ru_maxrss, which begins with that of the process that has started this one.
    (peak,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    click.echo(json.dumps({**took, "mb": int(peak) / 1024}))


if __name__ == "__main__":
    main()
