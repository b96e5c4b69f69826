"""Running the engines that stand in for real ones, and what is measured against them, each in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.engines.settings import PORTS

ROOT = Path(__file__).parents[1]
SECONDS = 120.0
# What requests would take from the environment before anything that it is told.
NOT_FOR_THEM = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


class Engines:
    """Engines that run. When they are over, `counts` is what they tell of themselves."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.counts: Mapping[str, Any] = {}


@contextmanager
def engines(hosts: int, tls: Path | None = None, **settings: float) -> Iterator[Engines]:
    """So many engines until the end of the block; the settings are the program's options (its `--help`)."""
    running = Engines(free_ports())
    options = {"hosts": hosts, "port": running.port, "tls": tls, **settings}
    told = [f"--{name.replace('_', '-')}={value}" for name, value in options.items() if value is not None]
    command = [sys.executable, "-m", "benchmarks.engines", *told]
    # This package's own program.
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None  # noqa: S101 - as it is asked for
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("the engines did not come up")
            yield running
        finally:
            told_last, _ = process.communicate(timeout=SECONDS)
    running.counts = json.loads(told_last)


def measured(module: str, *arguments: object) -> dict[str, Any]:
    """What a program of this package prints as its last line, in JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name not in NOT_FOR_THEM}
    done = subprocess.run(  # noqa: S603 - as above
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def free_ports() -> int:
    """A port of which the next ones are free as well."""
    for port in range(23000, 32000, PORTS):
        with socket.socket() as first, socket.socket() as last:
            try:
                first.bind(("0.0.0.0", port))  # noqa: S104 - where the engines will be
                last.bind(("0.0.0.0", port + PORTS - 1))  # noqa: S104 - as above
            except OSError:
                continue
            return port
    raise RuntimeError("no ports are free")
