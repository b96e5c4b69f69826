"""The keys that say when a second person has to agree."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from shippy.config.approval import ApprovalSettings, OffHours

BERLIN = ZoneInfo("Europe/Berlin")


def off_hours(*hours: str) -> OffHours:
    return OffHours.model_validate({"zone": "Europe/Berlin", "hours": list(hours)})


@pytest.mark.parametrize(
    ("day", "hour", "minute", "off"),
    [
        (27, 7, 59, True),
        (27, 8, 0, False),
        (27, 17, 59, False),
        (27, 18, 0, True),
        (28, 12, 0, True),
        (30, 8, 0, False),
    ],
)
def test_off_hours_are_outside_of_the_hours_by_the_clocks_there(day: int, hour: int, minute: int, off: bool) -> None:
    """The clocks go forward on the Sunday between."""
    moment = datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)
    assert off_hours("Mon-Fri 08:00-18:00").has(moment) is off
    assert off_hours("Mon-Fri 08:00-18:00").has(moment.astimezone(ZoneInfo("UTC"))) is off


def test_several_hours_are_all_of_them_and_a_week_may_begin_on_any_day() -> None:
    several = off_hours("Fri-Mon 20:00-24:00", "Wed 00:00-06:00")
    sunday, tuesday, wednesday = (datetime(2026, 3, day, 23, 59, tzinfo=BERLIN) for day in (29, 31, 25))
    assert not several.has(sunday)
    assert several.has(tuesday)
    assert several.has(wednesday)
    assert not several.has(wednesday.replace(hour=0))
    assert several.text == "Fri-Mon 20:00-24:00, Wed 00:00-06:00 (Europe/Berlin)"


@pytest.mark.parametrize("hours", ["08:00-18:00", "Mon-Fri", "Mon-Fri 18:00-08:00", "Mon 8-18", "", [], [8], 8, None])
def test_hours_that_are_none_are_refused(hours: object) -> None:
    with pytest.raises(ValidationError, match="Mon-Fri 08:00-18:00"):
        OffHours.model_validate({"zone": "Europe/Berlin", "hours": hours})


@pytest.mark.parametrize("zone", ["Berlin", "../etc/passwd", "Europe/"])
def test_a_zone_that_there_is_not_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="a time zone"):
        OffHours.model_validate({"zone": zone, "hours": "Mon-Fri 08:00-18:00"})


@pytest.mark.parametrize("rule", [{}, {"lasts": "1h"}, {"always": False, "paths": []}])
def test_a_section_that_never_asks_for_anybody_is_a_mistake(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="something that asks"):
        ApprovalSettings.model_validate(rule)


def test_a_word_holds_four_hours_unless_told_otherwise() -> None:
    assert ApprovalSettings.model_validate({"commits_above": 0}).lasts == 4 * 3600
    with pytest.raises(ValidationError, match="above zero"):
        ApprovalSettings.model_validate({"always": True, "lasts": "0s"})
