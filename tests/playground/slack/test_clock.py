"""Slack's timestamps."""

from __future__ import annotations

from playground.slack.clock import Timestamps


def test_each_is_later_than_the_one_before_even_when_the_clock_stands_or_goes_back() -> None:
    readings = iter([1_700_000_000.0001, 1_700_000_000.0001, 1_600_000_000.0, 1_700_000_001.0])
    timestamps = Timestamps(now=lambda: next(readings))
    given = [timestamps.next() for _ in range(4)]
    assert given == ["1700000000.000100", "1700000000.000101", "1700000000.000102", "1700000001.000000"]
