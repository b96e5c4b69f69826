"""Slack's timestamps: the id of a message in its channel, and its place in the order."""

from __future__ import annotations

import time
from collections.abc import Callable


class Timestamps:
    """Hands out "1700000000.000100": seconds and microseconds of the clock, each later than the one before."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._last = 0

    def next(self) -> str:
        self._last = max(int(self._now() * 1_000_000), self._last + 1)
        seconds, micros = divmod(self._last, 1_000_000)
        return f"{seconds}.{micros:06d}"
