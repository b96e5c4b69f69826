"""When nobody listened to Slack, and what that means for what was typed then. Pure; all times are Slack's."""

from __future__ import annotations

from dataclasses import dataclass

SHORT_SECONDS = 5.0
"""A gap that nobody has noticed: what was typed in it is run."""

TOLERANCE_SECONDS = 2.0
"""What is typed at the very edge of a gap may be on its way; and clocks are compared to about a second."""

LONGEST_SECONDS = 3600.0
"""Who typed something longer ago waits for no answer any more."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody listened from `since` until `until`, in seconds since the epoch.

    `late`: what was typed in it is only read long after, because Slack would not tell earlier.
    """

    since: float
    until: float
    late: bool = False

    @property
    def seconds(self) -> float:
        return self.until - self.since

    @property
    def short(self) -> bool:
        return self.seconds < SHORT_SECONDS and not self.late

    @property
    def oldest(self) -> float:
        """From when on it is worth reading what was typed.

        After a long gap, that is for longer than the gap: what else got no answer then, or who knows when the last
        daemon stopped listening, is answered with it.
        """
        return self.since - TOLERANCE_SECONDS if self.short else self.until - LONGEST_SECONDS


class Presence:
    """Tells what was typed while nobody listened: that is answered, and not run."""

    def __init__(self) -> None:
        self._gap = Gap(0.0, 0.0)
        self._fresh_from = 0.0

    def returned(self, gap: Gap) -> None:
        """Somebody listens again."""
        self._gap = gap
        fresh_from = (gap.since if gap.short else gap.until) - TOLERANCE_SECONDS
        self._fresh_from = max(self._fresh_from, fresh_from)

    def missed(self, at: float) -> float | None:
        """For how many seconds nobody listened when this was typed; None if it is to be run."""
        if at >= self._fresh_from:
            return None
        return max(self._gap.seconds, self._gap.until - at)
