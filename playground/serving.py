"""How every server of the playground is started, announced and stopped.

`python -m playground.<server> --address A --port P [--until-stdin-closes] …` prints one line of JSON on its standard
output once it answers, and stops on SIGTERM or SIGINT. With `--until-stdin-closes` it also stops when its standard
input ends, so that it cannot outlive whoever started it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping

from aiohttp import web

# Handlers that still run when the server stops are long polls and hanging requests, which nobody waits for any more.
SHUTDOWN_SECONDS = 1.0


def parser(description: str) -> argparse.ArgumentParser:
    """A parser with the arguments that all servers of the playground share."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--address", default="127.0.0.1", help="the address to listen on")
    arguments.add_argument("--port", type=int, default=0, help="the port to listen on; 0 lets the system choose")
    arguments.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when standard input ends, as well as on SIGTERM"
    )
    return arguments


def run(
    application: web.Application, options: argparse.Namespace, ready: Callable[[str], Mapping[str, object]]
) -> None:
    """Serve until told to stop; `ready` is given the server's URL and returns what is printed when it answers."""
    asyncio.run(_serve(application, options, ready))


async def _serve(
    application: web.Application, options: argparse.Namespace, ready: Callable[[str], Mapping[str, object]]
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if options.until_stdin_closes:
        _watch_stdin(loop, stop)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, options.address, options.port).start()
    port = runner.addresses[0][1]
    sys.stdout.write(json.dumps(ready(f"http://{options.address}:{port}")) + "\n")
    sys.stdout.flush()
    await stop.wait()
    await runner.cleanup()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    stdin = sys.stdin.fileno()

    def readable() -> None:
        if not os.read(stdin, 4096):
            loop.remove_reader(stdin)
            stop.set()

    loop.add_reader(stdin, readable)
