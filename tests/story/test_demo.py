"""`make demo`, as somebody who tries it: it comes up, looks after shippy, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path: a unix socket's may have 107 characters."""
    with tempfile.TemporaryDirectory(prefix="d") as path:
        yield Path(path)


def until(lines: Iterable[str], words: str) -> Iterator[str]:
    """The lines up to the one with these words, or all."""
    for line in lines:
        yield line
        if words in line:
            return


@pytest.mark.timeout(120)
def test_the_demo_comes_up_starts_a_killed_shippy_again_and_leaves_nothing_behind(folder: Path) -> None:
    state = folder / "s"
    environment = {**os.environ, "SHIPPY_PLAYGROUND_STATE": str(state), "TMPDIR": str(folder)}
    command = [sys.executable, "-m", "playground.demo"]
    demo = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert demo.stdout
        said = list(until(demo.stdout, "Ctrl-C ends it"))
        chat = next((line.strip() for line in said if line.strip().startswith("http://127.0.0.1:")), "")
        assert chat, "".join(said)
        assert requests.get(chat, timeout=10).ok
        (world,) = [path for path in state.iterdir() if path.is_dir()]
        number = world.name
        daemon = re.search(r"shippy is process (\d+)", "".join(said))
        assert daemon, "".join(said)
        os.kill(int(daemon[1]), signal.SIGKILL)
        said += until(demo.stdout, "It runs again")
        demo.send_signal(signal.SIGINT)
        rest, _ = demo.communicate(timeout=60)
    finally:
        demo.kill()
        demo.wait()
    assert demo.returncode == 0, "".join(said) + rest
    assert not state.exists()
    assert [path.name for path in folder.iterdir()] == []
    assert not [line for line in _processes() if str(folder) in line]
    assert f"shippy{number}" not in _interfaces()


def _processes() -> Iterator[str]:
    """Their commands; none where there is no /proc. (A small Debian has no ps.)"""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            yield file.read_text(errors="replace").replace("\0", " ")


def _interfaces() -> list[str]:
    return [name for _, name in socket.if_nameindex()]
