"""The whole story, at a whole world, as `make story` tells it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORY_SECONDS = 180


@pytest.mark.timeout(STORY_SECONDS + 30)
@pytest.mark.parametrize("transport", ["socket_mode", "rtm"])
def test_every_promise_of_the_story_is_kept(transport: str) -> None:
    command = [sys.executable, "-m", "playground.story", "--transport", transport]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=STORY_SECONDS, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert ", 0 broken." in told.stdout
