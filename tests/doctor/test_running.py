"""Examinations side by side: each has its time, and none of them takes another one down."""

from __future__ import annotations

import logging
import time

import gevent
import pytest
from gevent.event import Event

from shippy.doctor.findings import Examination, Findings, clock, missing, ok
from shippy.doctor.running import carried_out
from shippy.errors import Unavailable


def well() -> Findings:
    yield ok("well")


def hangs() -> Findings:
    yield ok("begun")
    Event().wait()


def unavailable() -> Findings:
    yield ok("begun")
    raise Unavailable("Slack", "no\nanswer")


def broken() -> Findings:
    yield ok("begun")
    raise ZeroDivisionError


def test_groups_keep_their_order_whatever_ends_first() -> None:
    def slowly() -> Findings:
        gevent.sleep(0.05)
        yield ok("slow")

    examinations = [Examination("A", slowly), Examination("A", well), Examination("B", well)]
    assert list(carried_out(examinations)) == [("A", [ok("slow"), ok("well")]), ("B", [ok("well")])]


def test_what_hangs_ends_in_time_and_holds_up_no_other() -> None:
    began = time.monotonic()
    examinations = [Examination(group, hangs) for group in "ABC"] + [Examination("D", well)]
    found = dict(carried_out(examinations, within=0.2))
    assert time.monotonic() - began < 2
    assert found["A"] == [ok("begun"), missing("no answer within 0.2 s")]
    assert found["D"] == [ok("well")]


def test_an_error_that_is_expected_is_one_line() -> None:
    assert list(carried_out([Examination("A", unavailable)])) == [("A", [ok("begun"), missing("no answer")])]


def test_a_bug_in_one_examination_hides_nothing_of_the_others(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    found = dict(carried_out([Examination("A", broken), Examination("B", well)]))
    assert found["A"] == [
        ok("begun"),
        missing("the examination itself broke (ZeroDivisionError): please report it"),
    ]
    assert found["B"] == [ok("well")]


@pytest.mark.parametrize(
    ("ahead", "words"), [(31.4, "31 s ahead of"), (-45.0, "45 s behind"), (29.0, None), (-29.0, None)]
)
def test_a_clock_is_told_only_where_it_is_off(ahead: float, words: str | None) -> None:
    found = [finding.text for finding in clock("its", ahead)]
    assert len(found) == (words is not None)
    assert all(f"its clock is {words} this machine's" in text for text in found)
