"""A share that moves by itself, and how the new containers do beside what is live."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shippy.model import ALL, NONE, Deploy, Judgement, Measure, Opinion, Ramp, Share
from tests.chat.card.scenes import CLIMBING, DANA, ENDED, FULL, PAUSED, ROLLING, VERIFYING, drawn, words

QUARTER = Share.of_percent(25)
ERRORS = Measure("5xx answers", Opinion.WORSE, "4.1 %", "0.2 %", 1_204, 3_610)
TIME = Measure("response time", Opinion.AS_GOOD, "31 ms", "30 ms", 1_204, 3_610)
UNCLEAR = Measure("5xx answers", Opinion.UNDECIDED, "0 %", "0 %", 12, 36)


def climbing(deploy: Deploy, *percents: int, every: float = 300.0, seconds: int = 180) -> Deploy:
    shares = tuple(map(Share.of_percent, percents))
    return replace(deploy, ramp=Ramp(shares, every, ENDED + timedelta(seconds=seconds), DANA))


def judged(opinion: Opinion, *measures: Measure, more: float | None = None, deploy: Deploy = ROLLING) -> str:
    return words(drawn(replace(deploy, judgement=Judgement(opinion, measures, 90.0, QUARTER, more))))


@pytest.mark.parametrize(
    ("deploy", "line"),
    [
        (CLIMBING, "⏫ *Climbing:* next 50 % at <!date^1767269700^{time}|2026-01-01 12:15 UTC>, then 100 %"),
        (climbing(ROLLING, 100), "⏫ *Climbing:* next 100 % at <!date^1767269700^{time}|2026-01-01 12:15 UTC>\n"),
        (climbing(VERIFYING, 5, 25, 50, 100, seconds=0), "⏫ *Climbing:* next 5 % now, then 25 %, 50 % and 100 %"),
        (climbing(ROLLING, 50, every=30.0, seconds=30), "next 50 % at <!date^1767269550^{time_secs}|"),
        (
            climbing(FULL, 50, 5),
            "⏬ *Going down:* next 50 % at <!date^1767269700^{time}|2026-01-01 12:15 UTC>, then 5 %",
        ),
        (PAUSED, "⏸️ *The climb is paused:* 50 % and 100 % still to come"),
        (replace(PAUSED, share=ALL), "⏸️ *The way down is paused:* 50 % and 100 % still to come"),
    ],
)
def test_the_next_step_is_told_with_its_time_in_everybodys_own_zone(deploy: Deploy, line: str) -> None:
    assert line in words(drawn(deploy))


def test_a_share_that_moves_only_by_hand_says_nothing_of_that() -> None:
    said = words(drawn(ROLLING))
    for part in ("⏫", "⏬", "⏸️"):
        assert part not in said


def test_a_bad_verdict_stands_out_with_the_numbers_that_are_bad() -> None:
    line = "⚠️ *Worse than what is live, at 25 %:* 5xx answers 4.1 % against 0.2 %, of 1,204 and 3,610 requests\n"
    assert line in judged(Opinion.WORSE, TIME, ERRORS)
    assert line in judged(Opinion.WORSE, ERRORS, deploy=replace(ROLLING, share=NONE))


def test_several_bad_numbers_are_one_line_and_those_from_elsewhere_are_not_counted() -> None:
    slow = Measure("checkout time", Opinion.WORSE, "9 s", "2 s")
    both = "5xx answers 4.1 % against 0.2 % · checkout time 9 s against 2 s, of 1,204 and 3,610 requests\n"
    assert both in judged(Opinion.WORSE, ERRORS, slow)
    assert "checkout time 9 s against 2 s\n" in judged(Opinion.WORSE, slow)


@pytest.mark.parametrize(
    ("opinion", "line"),
    [
        (Opinion.AS_GOOD, "👍 As good as what is live, at 25 %: response time 31 ms against 30 ms\n"),
        (Opinion.BETTER, "👍 Better than what is live, at 25 %: response time 31 ms against 30 ms\n"),
    ],
)
def test_a_good_one_is_a_quiet_line(opinion: Opinion, line: str) -> None:
    assert line in judged(opinion, replace(TIME, opinion=opinion))


def test_as_long_as_it_cannot_be_told_it_says_how_much_longer_that_takes() -> None:
    line = "⚖️ Too few requests to say how it does"
    assert f"{line}: about 6 more minutes at 25 %\n" in judged(Opinion.UNDECIDED, UNCLEAR, more=360)
    assert f"{line}\n" in judged(Opinion.UNDECIDED, UNCLEAR)
    assert "⚖️" not in judged(Opinion.UNDECIDED, UNCLEAR, deploy=FULL)


def test_what_cannot_be_measured_says_why() -> None:
    silent = replace(UNCLEAR, trouble="lb1 does not count.")
    assert "⚖️ 5xx answers cannot be compared with what is live: lb1 does not count\n" in judged(
        Opinion.UNDECIDED, silent
    )
