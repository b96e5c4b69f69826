"""The section `freeze` of the checks: when nothing is shipped."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from shippy.config.section import Section
from shippy.config.values import Text
from shippy.model import Once, Weekly, Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKLY = re.compile(rf"({'|'.join(DAYS)}) (\d\d:\d\d) ?[-\u2013] ?({'|'.join(DAYS)}) (\d\d:\d\d)", re.IGNORECASE)
MOMENT = r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?"
ONCE = re.compile(rf"{MOMENT}(?: ?[-\u2013] ?{MOMENT})?")
EXPECTED = (
    'a time such as "Fri 15:00 - Mon 08:00", "2026-12-23 12:00 - 2027-01-02 08:00", "2026-12-24 - 2026-12-26" or '
    '"2026-05-01", or a list of such'
)


def zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = get_close_matches(value, available_timezones(), n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f'a time zone, such as "Europe/Berlin"{meant}') from error
    return value


def windows(value: object) -> tuple[Window, ...]:
    """One window or several. YAML has bare dates as dates."""
    several = value if isinstance(value, list | tuple) else [value]
    if not several:
        raise ValueError(EXPECTED)
    return tuple(map(window, several))


def window(value: object) -> Window:
    if isinstance(value, Weekly | Once):
        return value
    text = value.isoformat() if isinstance(value, date) else str(value).strip()
    try:
        if weekly := WEEKLY.fullmatch(text):
            return _weekly(*weekly.groups())
        if once := ONCE.fullmatch(text):
            return _once(*once.groups())
    except ValueError as error:
        raise ValueError(EXPECTED) from error
    raise ValueError(EXPECTED)


def _weekly(first: str, begins: str, last: str, ends: str) -> Weekly:
    found = Weekly(
        DAYS.index(first.lower()), time.fromisoformat(begins), DAYS.index(last.lower()), time.fromisoformat(ends)
    )
    if (found.first, found.begins) == (found.last, found.ends):
        raise ValueError(f"{first} {begins} is both its beginning and its end")
    return found


def _once(first: str, begins: str | None, last: str | None, ends: str | None) -> Once:
    """A day without a time is the whole day, at the end as well."""
    start = datetime.combine(date.fromisoformat(first), time.fromisoformat(begins or "00:00"))
    if last is None and begins is not None:
        raise ValueError("it has no end")
    end = datetime.combine(date.fromisoformat(last or first), time.fromisoformat(ends or "00:00"))
    end += timedelta(days=0 if ends else 1)
    if end <= start:
        raise ValueError("it ends before it begins")
    return Once(start, end)


ZoneName = Annotated[str, AfterValidator(zone)]
WindowList = Annotated[tuple[Window, ...], BeforeValidator(windows)]


class Freeze(Section):
    """`windows` are the times at which nothing is shipped, by name, in the local time of `zone`."""

    zone: ZoneName = "UTC"
    windows: dict[Text, WindowList] = Field(default_factory=dict)
