"""python -m playground.demo: a world to try shippy in, with its chat in the browser, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from playground.daemon import Daemon
from playground.machine.packages import MissingPrograms
from playground.machine.process import ProcessFailed
from playground.machine.topology import NoEngine
from playground.stage import BUILD, Stage, start_stage

HINT = "shippy ship green-button"
PREFETCH = {"mode": "on", "statuses": [BUILD], "every": "5s", "keep": 20, "budget": "1g"}
"""What is built while the demo runs is on the hosts before somebody ships it."""

CHAT_PORT = 8765
"""Where the chat is, unless somebody else has it: so that a browser's tab outlives the demo."""

TENDING_SECONDS = 1.0
"""Between two looks whether shippy still runs."""


def main() -> None:
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        _run(over)
    except (MissingPrograms, NoEngine) as error:
        sys.exit(str(error))


def _run(over: threading.Event) -> None:
    began = time.monotonic()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="shippy-demo-")))
        stage = start_stage(folder, ending, _say, chat_port=_free(CHAT_PORT), prefetch=PREFETCH)
        ending.callback(_say, "Taking the world down …")
        stage.go_live()
        stage.visitors(ending)
        _furnish(stage)
        _say(_welcome(stage, time.monotonic() - began))
        while not over.wait(TENDING_SECONDS):
            _tend(stage.daemon)
    _say("Nothing is left behind.")


def _tend(daemon: Daemon) -> None:
    """Start shippy again if it has ended, as a service manager would, so that it can be killed to see what it does."""
    if daemon.running:
        return
    _say(f"\nshippy ({daemon.pid}) has ended. Starting it again …")
    try:
        daemon.start()
    except ProcessFailed as failed:
        _say(f"It does not start, and is tried again: {failed}")
    else:
        _say(f"It runs again ({daemon.pid}), and goes on where it was.")


def _furnish(stage: Stage) -> None:
    first = stage.machines.balancers[0]
    links = {"The site": first.public_url, "The VIP": first.vip_url, "Pull requests": stage.hub.page}
    stage.slack.bookmarks(**links)
    stage.slack.hint(HINT)


def _welcome(stage: Stage, seconds: float) -> str:
    first = stage.machines.balancers[0]
    return f"""
Everything runs ({seconds:.0f} s). Open the chat:

    {stage.slack.url}/

and type there, as dana:

    shippy ship green-button      checks it, starts it on three hosts, and gives the VIP
    shippy rollout 25             a quarter of the visitors get it; any number, up or down
    shippy commit                 everybody gets it, and it is merged; or: shippy abort

The site {first.public_url}  ·  the VIP {first.vip_url}  ·  pull requests and QA's sign-off {stage.hub.page}
From the shell: .venv/bin/python ship.py tell --control {stage.daemon.control} status
shippy is process {stage.daemon.pid}: kill it in the middle of something, and see it go on.
Logs are in {stage.folder}. Ctrl-C ends it and leaves nothing behind.
"""


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
