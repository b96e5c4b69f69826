"""Starts a server in a world of its own and kills itself, as hard as can be. Prints the server's pid before."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from playground.machine.server import start_server
from playground.machine.world import World

world = World.claim(Path(sys.argv[1]))
server = start_server("tests.playground.machine.tiny_server", folder=world.folder)
sleeper = world.start("sleeper", ["sleep", "300"])
print(server.info["pid"], sleeper.pid, world.folder, flush=True)  # noqa: T201 - the answer to the test
os.kill(os.getpid(), signal.SIGKILL)
