"""How the playground's own servers (Slack, GitHub, CI, visitors) are started as processes, by whoever needs one.

The convention: `python -m playground.<name> --address A --port P …` prints one line of JSON on stdout when it is ready,
with at least `url`. It stops on SIGTERM, and with `--until-stdin-closes` also when its stdin ends, so that it never
outlives the one that started it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.machine.process import Process

ROOT = Path(__file__).parents[2]
READY_SECONDS = 30.0


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and all that it said of itself in its first line."""

    url: str
    info: dict[str, Any]
    process: Process
    folder: tempfile.TemporaryDirectory[str] | None

    def stop(self) -> None:
        """End it. May be called again."""
        self.process.stop()
        if self.folder:
            self.folder.cleanup()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_server(
    module: str, *arguments: str | Path, folder: Path | None = None, ready_seconds: float = READY_SECONDS
) -> Server:
    """Start `python -m module --until-stdin-closes …` and wait for its first line.

    Args:
        folder: gets `<module>.log` and `<module>.out`; left out, they go to a temporary folder and with the server.

    Raises:
        ProcessFailed: it ended, or said nothing in time.
    """
    temporary = None if folder else tempfile.TemporaryDirectory(prefix="playground-")
    place = folder or Path(temporary.name if temporary else "")
    out = place / f"{module}.out"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", module, *arguments, "--until-stdin-closes"]
    with ExitStack() as if_it_fails:
        if temporary:
            if_it_fails.callback(temporary.cleanup)
        process = Process.start(module, command, place / f"{module}.log", out=out, cwd=ROOT, hold_stdin=True)
        if_it_fails.callback(process.kill)
        process.wait_until(lambda: "\n" in out.read_text(), ready_seconds)
        info = json.loads(out.read_text().splitlines()[0])
        server = Server(url=info["url"], info=info, process=process, folder=temporary)
        if_it_fails.pop_all()
    return server
