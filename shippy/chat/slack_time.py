"""Slack's clock: messages carry its time, which is not quite that of the machine the daemon runs on."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime


class SlackTime:
    """How far Slack's clock is ahead of ours, as the `Date` of its answers shows.

    A `Date` has whole seconds, and was written at some moment between the question and the answer. So it leaves room
    for a range, of which the least difference is taken: clocks that may agree are taken to agree.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self.ahead = 0.0

    def now(self) -> float:
        """Seconds since the epoch, by Slack's clock."""
        return self.of(self._now())

    def of(self, ours: float) -> float:
        """What Slack's clock shows when ours shows this."""
        return ours + self.ahead

    def shown(self, date: str, asked: float, answered: float) -> None:
        """An answer to what was asked at one time, and came at another, by our clock. Nonsense changes nothing."""
        try:
            whole = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return
        least, most = whole - answered, whole + 1 - asked
        self.ahead = max(least, min(most, 0.0))
