"""Where and how shippy is to be struck: what the harness writes down, and the daemon under test reads."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

POLL_SECONDS = 0.01


class How(StrEnum):
    """What happens at an entry of the journal.

    die_after: SIGKILL as soon as it is written, so that what it announces has not begun. die_before: SIGKILL instead of
    writing it, so that what the entry before announced is done and nobody knows. freeze: SIGSTOP as soon as it is
    written. pause: whoever recorded it waits,
    while everything else goes on.
    """

    DIE_AFTER = "killed after"
    DIE_BEFORE = "killed before"
    FREEZE = "frozen after"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Strike:
    """`entry` is the number of the first entry at which it happens."""

    how: How
    entry: int


class Orders:
    """A file beside the daemon's config, through which it is told. Without it the daemon is an ordinary one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._paused = path.with_suffix(".paused")

    def give(self, strike: Strike) -> None:
        self._paused.unlink(missing_ok=True)
        written = self.path.with_suffix(".new")
        written.write_text(json.dumps(asdict(strike)))
        written.rename(self.path)

    def withdraw(self) -> None:
        """Nothing more is to happen; what is paused goes on."""
        self.path.unlink(missing_ok=True)

    def read(self) -> Strike | None:
        try:
            given = json.loads(self.path.read_text())
        except FileNotFoundError:
            return None
        return Strike(How(given["how"]), given["entry"])

    def tell_paused(self) -> None:
        self._paused.touch()

    @property
    def paused(self) -> bool:
        """Whether the daemon has come to where it was to pause."""
        return self._paused.exists()


def eventually(seconds: float, *conditions: object) -> bool:
    """Wait until one of these callables is true; False if none is within the seconds."""
    deadline = time.monotonic() + seconds
    while not any(callable(condition) and condition() for condition in conditions):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
