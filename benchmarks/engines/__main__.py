"""python -m benchmarks.engines --hosts N --port P [--tls FOLDER] …: until its stdin is closed, or says something."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmarks.engines.certificates import leave
from benchmarks.engines.serving import Engines, serve
from benchmarks.engines.settings import Settings, fault_pairs


@click.command()
@click.option("--hosts", type=int, required=True, help="How many engines: at 127.1.0.1, 127.1.0.2, …")
@click.option("--port", type=int, required=True, help="Of the engines; containers answer at the seven after it.")
@click.option("--tls", type=click.Path(path_type=Path), help="Speak TLS, and leave a client's certificates there.")
@click.option("--latency", default=0.0, help="Seconds until any answer begins.")
@click.option("--pull", default=0.0, help="Seconds that a pull takes, beyond the bytes.")
@click.option("--image-bytes", default=0, help="The size of every image.")
@click.option("--bandwidth", default=0, help="Bytes a second of each host's own line; 0: no limit.")
@click.option("--lines", default=4, help="Lines of progress of a pull.")
@click.option("--start", default=0.0, help="Seconds that the start of a container takes.")
@click.option("--healthy", default=0.0, help="Seconds from then on until it is healthy.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    callback=lambda _context, _option, told: fault_pairs(told),
    help="NUMBER:FAULT, the number from 0; closes, silent, no-pull, exits or unhealthy.",
)
def main(tls: Path | None, **settings: Any) -> None:
    """Stand in for Docker engines. Prints `ready`, and its counts as JSON when it ends."""
    engines = Engines(Settings(**settings))
    asyncio.run(run(engines, tls))
    click.echo(json.dumps({**asdict(engines.counts), "cpu": time.process_time()}))


async def run(engines: Engines, tls: Path | None) -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, over.set)
    context = leave(tls, engines.settings.hosts) if tls else None
    await serve(engines, context, over)


if __name__ == "__main__":
    main()
