"""When nothing is to be shipped: windows of time that come again each week, or once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)
LOOKS_AHEAD = 500
"""How many windows, one beginning before the other ends, are followed to where all of them have ended."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """From a day of the week (Monday is 0) at a time to another; one that is not later is one of the next week."""

    first: int
    begins: time
    last: int
    ends: time

    def stretches(self, around: date) -> Iterator[tuple[datetime, datetime]]:
        """Its beginnings and ends about a day, as clocks on the wall show them."""
        monday = around - timedelta(days=around.weekday())
        for week in (-1, 0, 1):
            start = datetime.combine(monday + week * WEEK + timedelta(days=self.first), self.begins)
            end = datetime.combine(monday + week * WEEK + timedelta(days=self.last), self.ends)
            yield start, end if end > start else end + WEEK


@dataclass(frozen=True, slots=True)
class Once:
    """From one moment to another, as clocks on the wall show them."""

    begins: datetime
    ends: datetime

    def stretches(self, around: date) -> Iterator[tuple[datetime, datetime]]:  # noqa: ARG002 - it has one alone
        yield self.begins, self.ends


Window = Weekly | Once
Windows = Mapping[str, Sequence[Window]]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The name of a window that is open, and when it and all that follow each other without a gap are over, in UTC."""

    name: str
    until: datetime


def frozen(windows: Windows, zone: tzinfo, at: datetime) -> Frozen | None:
    """Whether a moment is in one of the windows, whose times are those of a zone."""
    current = _open(windows, zone, at)
    if current is None:
        return None
    until = current.until
    for _ in range(LOOKS_AHEAD):
        following = _open(windows, zone, until)
        if following is None:
            break
        until = following.until
    return Frozen(current.name, until)


def _open(windows: Windows, zone: tzinfo, at: datetime) -> Frozen | None:
    """The window that a moment is in: of several, the one that is open longest."""
    around = at.astimezone(zone).date()
    found = [
        Frozen(name, _latest(end, zone))
        for name, several in windows.items()
        for window in several
        for start, end in window.stretches(around)
        if _earliest(start, zone) <= at < _latest(end, zone)
    ]
    return max(found, key=lambda one: one.until, default=None)


def _earliest(shown: datetime, zone: tzinfo) -> datetime:
    return min(_moments(shown, zone))


def _latest(shown: datetime, zone: tzinfo) -> datetime:
    return max(_moments(shown, zone))


def _moments(shown: datetime, zone: tzinfo) -> Iterator[datetime]:
    """What a clock on the wall may mean: two moments while it is put back or forward, and else one. (PEP 495)"""
    return (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
