"""Times, shown to everybody in their own zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from shippy.sentences.phrases import moment

SOON = timedelta(hours=12)
TIME = "{time}"
TO_THE_SECOND = "{time_secs}"


def date(at: datetime, pattern: str) -> str:
    """A time that is shown in everybody's own zone, and in UTC where it cannot be.

    https://docs.slack.dev/messaging/formatting-message-text has the pattern's words.
    """
    return f"<!date^{int(at.timestamp())}^{pattern}|{moment(at)}>"


def clock(at: datetime, now: datetime, pattern: str = TIME) -> str:
    """The time of day, with the day where it is not soon."""
    return date(at, pattern if abs(at - now) < SOON else "{date_short_pretty} at {time}")
