"""python -m playground.slack.several: workspaces in one process, each at a port of its own, for whoever needs many.

A line `start` or `start <file>` on standard input starts one, with the seed in the file, and it is told in one line of
JSON as python -m playground.slack tells it; `stop <url>` ends it. The process ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from aiohttp import web

from playground.serving import SHUTDOWN_SECONDS
from playground.slack import seed as seeds
from playground.slack import world as worlds
from playground.slack.__main__ import announcement
from playground.slack.server import application

ADDRESS = "127.0.0.1"


async def serve() -> None:
    runners: dict[str, web.AppRunner] = {}
    ending: set[asyncio.Task[None]] = set()
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode():
        command, _, given = line.strip().partition(" ")
        if command == "stop":
            # Nobody waits for what a workspace may still have open.
            ending.add(task := asyncio.create_task(runners.pop(given).cleanup()))
            task.add_done_callback(ending.discard)
            continue
        runner, told = await start(Path(given) if given else None)
        runners[str(told["url"])] = runner
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


async def start(seed: Path | None) -> tuple[web.AppRunner, dict[str, object]]:
    """A workspace that answers, and what is told of it."""
    world = worlds.build(seeds.load(seed))
    runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, ADDRESS, 0).start()
    return runner, announcement(world, f"http://{ADDRESS}:{runner.addresses[0][1]}")


if __name__ == "__main__":
    asyncio.run(serve())
