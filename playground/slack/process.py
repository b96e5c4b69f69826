"""Workspaces that run as processes: one of its own, or many in one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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


class Workspaces:
    """A process with as many workspaces as are wanted, which share nothing; another one takes no time to speak of."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @contextmanager
    def new(self, seed: Path | None = None) -> Iterator[Running]:
        """Runs a workspace while the block runs; `seed` replaces keys of the default one.

        Raises:
            RuntimeError: it did not start; its own words are on standard error.
        """
        self._write(f"start {seed or ''}")
        workspace = _announced(self._process)
        try:
            yield workspace
        finally:
            workspace.workspace.close()
            self._write(f"stop {workspace.url}")

    def _write(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()


@contextmanager
def workspaces() -> Iterator[Workspaces]:
    """Runs the process while the block runs."""
    command = [sys.executable, "-m", "playground.slack.several"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        try:
            yield Workspaces(process)
        finally:
            process.kill()


def _announced(process: subprocess.Popen[str]) -> Running:
    announcement = process.stdout.readline() if process.stdout else ""
    if not announcement:
        raise RuntimeError("the workspace did not start")
    ready = json.loads(announcement)
    return Running(workspace=Workspace(ready["url"]), **ready)


@contextmanager
def running(*arguments: str) -> Iterator[Running]:
    """Runs a workspace while the block runs. `arguments` are those of python -m playground.slack.

    Raises:
        RuntimeError: it did not start; its own words are on standard error.
    """
    command = [sys.executable, "-m", "playground.slack", "--until-stdin-closes", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        workspace = _announced(process)
        try:
            yield workspace
        finally:
            workspace.workspace.close()
            process.terminate()
            process.wait(_STOP_SECONDS)
