"""What was typed in a long gap is missed; a short one bothers nobody; and nothing old is ever run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.chat.incoming.presence import LONGEST_SECONDS, Gap, Presence


def after(*gaps: Gap) -> Presence:
    presence = Presence()
    for gap in gaps:
        presence.returned(gap)
    return presence


LONG = Gap(1000.0, 1240.0)
SHORT = Gap(2000.0, 2004.0)


@pytest.mark.parametrize(
    ("gaps", "at", "away"),
    [
        ([], 5.0, None),
        ([LONG], 1100.0, 240.0),
        ([LONG], 1240.1, None),
        ([LONG], 1239.5, None),
        ([LONG], 940.0, 300.0),
        ([SHORT], 2001.0, None),
        ([SHORT], 1999.5, None),
        ([SHORT], 1000.0, 1004.0),
        ([LONG, SHORT], 2001.0, None),
        ([LONG, SHORT], 1100.0, 904.0),
        ([Gap(2000.0, 2004.0, late=True)], 2001.0, 4.0),
    ],
    ids=[
        "never away",
        "in a long gap",
        "after it",
        "at the edge of it",
        "before it and not handled",
        "in a short gap",
        "on its way when a short gap began",
        "long before a short gap and not handled",
        "in a short gap after a long one",
        "in a long gap before a short one",
        "in a short gap that is read late",
    ],
)
def test_what_was_typed_is_missed_or_run(gaps: list[Gap], at: float, away: float | None) -> None:
    assert after(*gaps).missed(at) == away


def test_after_a_short_gap_only_it_is_read_and_after_a_long_one_an_hour() -> None:
    assert 1990 < Presence().oldest(SHORT) < SHORT.since
    assert Presence().oldest(LONG) == LONG.until - LONGEST_SECONDS


def test_where_only_an_earlier_daemons_last_entry_tells_since_when_an_hour_is_read() -> None:
    guessed = replace(SHORT, guessed=True)
    assert Presence().oldest(guessed) == SHORT.until - LONGEST_SECONDS
    assert after(guessed).missed(2001.0) is None


def test_a_gap_that_is_read_again_makes_nothing_fresh_that_was_not() -> None:
    assert after(LONG, Gap(1000.0, 1003.0, late=True)).missed(1100.0) is not None
