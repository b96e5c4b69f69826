"""Slack's clock is known from its answers, as well as they tell."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from shippy.chat.slack_time import SlackTime


@pytest.mark.parametrize("within_the_second", [0.0, 0.4, 0.999])
def test_clocks_that_may_agree_are_taken_to_agree(within_the_second: float) -> None:
    clock = SlackTime(now=lambda: 1000.0)
    clock.shown(formatdate(1000, usegmt=True), asked=1000 + within_the_second, answered=1000.2 + within_the_second)
    assert clock.now() == 1000.0


@pytest.mark.parametrize(("ahead", "least", "most"), [(60, 59, 60), (-60, -60, -59)])
def test_a_clock_that_goes_wrong_by_a_minute_is_corrected_to_a_second(ahead: int, least: int, most: int) -> None:
    clock = SlackTime()
    clock.shown(formatdate(1000 + ahead, usegmt=True), asked=1000.5, answered=1000.7)
    assert least <= clock.of(0.0) <= most


@pytest.mark.parametrize("nonsense", ["", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_a_date_that_is_none_changes_nothing(nonsense: str) -> None:
    clock = SlackTime()
    clock.shown(formatdate(1060, usegmt=True), asked=1000.0, answered=1000.0)
    clock.shown(nonsense, asked=1000.0, answered=1000.0)
    assert clock.ahead == 60.0
