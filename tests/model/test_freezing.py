"""Freeze windows: when they are open, when that ends, and what clocks that are put back or forward do to them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shippy.model import Frozen, Once, Weekly, Window, frozen

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")]
WEEKEND = Weekly(4, time(15), 0, time(8))
FIRST, LAST = datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2028-01-01")

times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
weeklies = st.builds(Weekly, st.integers(0, 6), times, st.integers(0, 6), times).filter(
    lambda one: (one.first, one.begins) != (one.last, one.ends)
)
onces = st.builds(
    lambda begins, length: Once(begins, begins + length),
    st.datetimes(FIRST, LAST),
    st.timedeltas(timedelta(minutes=1), timedelta(days=30)),
)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "open_now"),
    [
        ("2026-01-02 14:59", False),
        ("2026-01-02 15:00", True),
        ("2026-01-04 12:00", True),
        ("2026-01-05 07:59", True),
        ("2026-01-05 08:00", False),
        ("2026-01-07 12:00", False),
    ],
)
def test_a_weekend_is_from_its_friday_to_its_monday(now: str, open_now: bool) -> None:
    found = frozen({"weekend": [WEEKEND]}, BERLIN, at(now))
    assert found == (Frozen("weekend", at("2026-01-05 08:00")) if open_now else None)


def test_windows_that_follow_each_other_end_when_all_have_ended() -> None:
    days = [datetime.fromisoformat(f"2026-01-{day}") for day in ("05", "07", "08")]
    holidays = [Once(days[0], days[1]), Once(days[1], days[2])]
    found = frozen({"weekend": [WEEKEND], "holidays": holidays}, BERLIN, at("2026-01-03 12:00"))
    assert found == Frozen("weekend", at("2026-01-08 00:00"))


def test_what_is_frozen_for_ever_is_told_without_end() -> None:
    whole_week = [Weekly(0, time(0), 3, time(0)), Weekly(3, time(0), 0, time(0))]
    found = frozen({"always": whole_week}, BERLIN, at("2026-01-03 12:00"))
    assert found is not None
    assert found.until - at("2026-01-03 12:00") > timedelta(days=365)


@pytest.mark.parametrize(
    ("now", "open_now"),
    [
        # In doubt it is frozen: it may be early by as much as clocks are put forward.
        ("2026-03-29T00:29+00:00", False),
        # 02:30 is not on any clock that day: at 01:00 UTC they go from 02:00 to 03:00.
        ("2026-03-29T01:00+00:00", True),
        ("2026-10-25T00:29+00:00", False),
        # 02:30 is there twice: it has begun with the first of them, and stays so.
        ("2026-10-25T00:30+00:00", True),
        ("2026-10-25T01:10+00:00", True),
    ],
)
def test_a_beginning_while_clocks_change_is_never_late(now: str, open_now: bool) -> None:
    nights = Weekly(6, time(2, 30), 6, time(6))
    assert (frozen({"night": [nights]}, BERLIN, datetime.fromisoformat(now)) is not None) is open_now


@given(st.one_of(weeklies, onces), st.sampled_from(ZONES), instants, st.floats(0, 1, exclude_max=True))
def test_whenever_a_clock_on_the_wall_shows_a_time_of_the_window_it_is_frozen(
    window: Window, zone: ZoneInfo, about: datetime, into: float
) -> None:
    for start, end in window.stretches(about.date()):
        now = (start + into * (end - start)).replace(tzinfo=zone).astimezone(UTC)
        shown = now.astimezone(zone).replace(tzinfo=None)
        # A time that clocks leave out when they are put forward is shown by none.
        assert frozen({"it": [window]}, zone, now) is not None or not start <= shown < end


@given(st.lists(st.one_of(weeklies, onces), min_size=1, max_size=4), st.sampled_from(ZONES), instants)
def test_it_is_frozen_until_it_says_and_not_a_moment_longer(
    windows: list[Window], zone: ZoneInfo, about: datetime
) -> None:
    start, end = next(iter(windows[0].stretches(about.date())))
    now = (start + (end - start) / 2).replace(tzinfo=zone).astimezone(UTC)
    found = frozen({"it": windows}, zone, now)
    assume(found is not None and found.until - now < timedelta(days=365))
    assert found is not None
    assert found.until > now
    assert frozen({"it": windows}, zone, found.until) is None
    assert frozen({"it": windows}, zone, found.until - timedelta(microseconds=1)) is not None


@given(weeklies, instants)
def test_a_window_of_each_week_comes_again_after_a_week(window: Weekly, now: datetime) -> None:
    utc = ZoneInfo("UTC")
    first, second = (frozen({"it": [window]}, utc, moment) for moment in (now, now + timedelta(days=7)))
    assert second == (Frozen("it", first.until + timedelta(days=7)) if first else None)


def test_an_end_while_clocks_are_put_back_is_never_early() -> None:
    # 02:30 is there twice, at 00:30 UTC and at 01:30 UTC.
    nights = {"night": [Weekly(5, time(22), 6, time(2, 30))]}
    found = frozen(nights, BERLIN, datetime.fromisoformat("2026-10-25T01:00+00:00"))
    assert found == Frozen("night", datetime.fromisoformat("2026-10-25T01:30+00:00"))
