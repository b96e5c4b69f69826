"""What is said of the new release beside the live one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.answers import VerdictReport
from shippy.model import ALL, NONE, Deploy, Judgement, Live, Measure, Opinion, Phase, Share, Slot
from shippy.sentences import render
from shippy.sentences.judging import how_long, judged, reasons
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import COMMIT, RUNNING

DEPLOY = replace(RUNNING, live=Live(Slot.BLUE, "260101-110000-abcd", COMMIT))
QUARTER = Share.of_percent(25)
ERRORS = Measure("5xx answers", Opinion.WORSE, "20.1 %", "0 %", 1234, 3702)
SPEED = Measure("response time", Opinion.AS_GOOD, "31 ms", "30 ms", 1234, 3702)
LATENCY = Measure("checkout", Opinion.UNDECIDED, "", "", trouble="Prometheus is not available: no answer within 5 s")


def judgement(opinion: Opinion, *measures: Measure, more: float | None = None) -> Judgement:
    return Judgement(opinion, measures or (SPEED,), 130.0, QUARTER, more)


def said(newest: Judgement | None, deploy: Deploy = DEPLOY) -> str:
    text = render(VerdictReport(deploy, newest), bot=BOT)
    keep_the_rules(text)
    return text


def test_a_verdict_is_a_sentence_and_a_line_for_each_measure() -> None:
    assert said(judgement(Opinion.WORSE, ERRORS, SPEED)) == (
        "The new release is worse than the live one, over 2 min at 25 %.\n"
        "✗ 5xx answers: 20.1 % of 1,234 requests (live: 0 % of 3,702), worse\n"
        "✓ response time: 31 ms over 1,234 requests (live: 30 ms over 3,702), as good\n"
        "`hal abort` goes back."
    )


def test_too_few_requests_come_with_how_much_longer_it_takes() -> None:
    undecided = replace(ERRORS, opinion=Opinion.UNDECIDED)
    first, *_ = said(judgement(Opinion.UNDECIDED, undecided, SPEED, more=330.0)).splitlines()
    assert first == (
        "It is not clear yet whether the new release is as good as the live one, over 2 min at 25 %: "
        "too few requests to say, about 6 more minutes at 25 %."
    )


def test_what_cannot_be_read_is_told_with_its_reason() -> None:
    first, *_, last = said(judgement(Opinion.UNDECIDED, SPEED, LATENCY)).splitlines()
    assert first.startswith("It is not clear yet")
    assert first.endswith("over 2 min at 25 %.")
    assert last == "… checkout: unknown (Prometheus is not available: no answer within 5 s)"


def test_no_requests_at_all_are_told() -> None:
    nothing = Measure("5xx answers", Opinion.UNDECIDED, "0 %", "0 %")
    assert "over 2 min at 25 %: no requests yet." in said(judgement(Opinion.UNDECIDED, nothing))


@pytest.mark.parametrize(
    ("deploy", "words"),
    [
        (replace(DEPLOY, share=NONE), "has no public traffic"),
        (replace(DEPLOY, share=ALL), "all of the public traffic"),
        (replace(DEPLOY, phase=Phase.ABORTING), "The deploy is aborting"),
        (replace(DEPLOY, live=Live(Slot.BLUE)), "Nothing was live before this deploy"),
        (DEPLOY, "has just begun"),
    ],
)
def test_why_nothing_is_compared_is_told(deploy: Deploy, words: str) -> None:
    assert words in said(None, deploy)


def test_that_a_restarted_daemon_has_begun_anew_is_told() -> None:
    before = replace(judgement(Opinion.AS_GOOD), seconds=600.0)
    assert "I was restarted meanwhile" in said(judgement(Opinion.UNDECIDED), replace(DEPLOY, judgement=before))
    assert "restarted" not in said(replace(before, seconds=601.0), replace(DEPLOY, judgement=before))


@pytest.mark.parametrize("opinion", Opinion)
@pytest.mark.parametrize("aborting", [True, False])
def test_what_is_told_in_the_thread_keeps_the_rules(opinion: Opinion, aborting: bool) -> None:
    keep_the_rules(judged(judgement(opinion, ERRORS, SPEED, LATENCY, more=20.0), aborting=aborting, bot=BOT))


def test_the_reasons_are_the_worse_measures_alone() -> None:
    assert (
        reasons(judgement(Opinion.WORSE, ERRORS, SPEED)) == "5xx answers 20.1 % of 1,234 requests (live: 0 % of 3,702)"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 more second"),
        (40.4, "about 40 more seconds"),
        (60.0, "about 1 more minute"),
        (301.0, "about 6 more minutes"),
        (9000.0, "about 3 more hours"),
    ],
)
def test_how_long_is_rounded_up(seconds: float, words: str) -> None:
    assert how_long(seconds) == words
