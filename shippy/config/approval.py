"""The section `approval` of an app: when a second person has to agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from shippy.config.freezing import ZoneName
from shippy.config.section import Section
from shippy.config.values import Text, Timeout

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = "|".join(DAYS)
TIME = r"([01]\d|2[0-3]):([0-5]\d)"
HOURS = re.compile(rf"({DAY})(?:-({DAY}))? {TIME}-(?:{TIME}|(24:00))")
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """Some days of the week (Monday is 0), from one minute of the day until before another; `text` is as written."""

    text: str
    days: frozenset[int]
    begin: int
    end: int

    def __contains__(self, local: datetime) -> bool:
        return local.weekday() in self.days and self.begin <= local.hour * 60 + local.minute < self.end


def hours(value: object) -> tuple[Hours, ...]:
    """The hours in "Mon-Fri 08:00-18:00", or in a list of such texts."""
    texts = [value] if isinstance(value, str) else value
    found = [_hours(text) for text in texts] if isinstance(texts, list | tuple) and texts else [None]
    if None in found:
        raise ValueError('days and times, such as "Mon-Fri 08:00-18:00", or a list of such')
    return tuple(one for one in found if one)


def _hours(text: object) -> Hours | None:
    match = HOURS.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    first, last, *times, midnight = match.groups()
    begin, end = _minute(*times[:2]), MINUTES_A_DAY if midnight else _minute(*times[2:])
    begins, ends = DAYS.index(first), DAYS.index(last or first)
    days = frozenset((begins + day) % len(DAYS) for day in range((ends - begins) % len(DAYS) + 1))
    return Hours(match[0], days, begin, end) if begin < end else None


def _minute(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)


HoursOfAWeek = Annotated[tuple[Hours, ...], BeforeValidator(hours)]


class OffHours(Section):
    """What is outside of these hours, by the clocks of the zone."""

    zone: ZoneName
    hours: HoursOfAWeek

    def has(self, now: datetime) -> bool:
        """Whether a moment, which knows its own zone, is outside of the hours."""
        local = now.astimezone(ZoneInfo(self.zone))
        return not any(local in hours for hours in self.hours)

    @property
    def text(self) -> str:
        """ "Mon-Fri 08:00-18:00 (Europe/Berlin)"."""
        return f"{', '.join(hours.text for hours in self.hours)} ({self.zone})"


class ApprovalSettings(Section):
    """Every key but `lasts` asks for a second person; `lasts` is how long their approval holds.

    shippy.checks.paths defines the patterns of `paths`.
    """

    always: bool = False
    paths: tuple[Text, ...] = ()
    commits_above: int | None = Field(default=None, ge=0)
    overrides: bool = False
    off_hours: OffHours | None = None
    at_once: bool = False
    lasts: Timeout = 4 * 3600.0

    @model_validator(mode="after")
    def something_asks(self) -> Self:
        of_the_deploy = self.always or self.paths or self.commits_above is not None or self.overrides
        if not (of_the_deploy or self.off_hours or self.at_once):
            raise ValueError("something that asks for a second person, such as always: true")
        return self
