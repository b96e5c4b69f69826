"""A workspace that runs as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playground.slack.client import Workspace

_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """The workspace, and what an app needs to connect to it."""

    workspace: Workspace
    url: str
    api_url: str
    bot_token: str
    app_token: str
    page: str


@contextmanager
def running(*arguments: str) -> Iterator[Running]:
    """Runs a workspace while the block runs. `arguments` are those of python -m playground.slack.

    Raises:
        RuntimeError: it did not start; its own words are on standard error.
    """
    command = [sys.executable, "-m", "playground.slack", "--until-stdin-closes", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        announcement = process.stdout.readline() if process.stdout else ""
        if not announcement:
            raise RuntimeError("the workspace did not start")
        ready = json.loads(announcement)
        workspace = Workspace(ready["url"])
        try:
            yield Running(workspace=workspace, **ready)
        finally:
            workspace.close()
            process.terminate()
            process.wait(_STOP_SECONDS)
