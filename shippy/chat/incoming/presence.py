"""When nobody listened to Slack, and what that means for what was typed then. Pure; all times are Slack's."""

from __future__ import annotations

from dataclasses import dataclass

UNNOTICED_SECONDS = 5.0
"""A shorter gap nobody has noticed: what was typed in it is run."""

LONGEST_SECONDS = 3600.0
"""Who typed something longer ago waits for no answer any more."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody listened from `since` until `until`, in seconds since the epoch.

    `late`: what was typed in it is only read long after, because Slack would not tell earlier. `guessed`: `since` is an
    earlier daemon's last entry, which may have stopped listening before that.
    """

    since: float
    until: float
    late: bool = False
    guessed: bool = False

    @property
    def seconds(self) -> float:
        return self.until - self.since


class Presence:
    """Tells what was typed while nobody listened: that is answered, and not run.

    What was typed at the very edge of a gap, within a fifth of `unnoticed` seconds, gets the benefit of the doubt: it
    may have been on its way, and clocks are compared to about a second.
    """

    def __init__(self, unnoticed: float = UNNOTICED_SECONDS) -> None:
        self._unnoticed = unnoticed
        self._edge = unnoticed / 5
        self._gap = Gap(0.0, 0.0)
        self._fresh_from = 0.0

    def returned(self, gap: Gap) -> None:
        """Somebody listens again."""
        self._gap = gap
        fresh_from = (gap.since if self._was_unnoticed(gap) else gap.until) - self._edge
        self._fresh_from = max(self._fresh_from, fresh_from)

    def oldest(self, gap: Gap) -> float:
        """From when on it is worth reading what was typed.

        After a gap that was noticed, or whose beginning is guessed, that is for longer than the gap: what else got no
        answer then is answered with it.
        """
        sure = self._was_unnoticed(gap) and not gap.guessed
        return gap.since - self._edge if sure else gap.until - LONGEST_SECONDS

    def missed(self, at: float) -> float | None:
        """For how many seconds nobody listened when this was typed; None if it is to be run."""
        if at >= self._fresh_from:
            return None
        return max(self._gap.seconds, self._gap.until - at)

    def _was_unnoticed(self, gap: Gap) -> bool:
        return gap.seconds < self._unnoticed and not gap.late
