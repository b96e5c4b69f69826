"""How checks are run: side by side, bounded in time, at their levels, and failing closed."""

from __future__ import annotations

import logging
from typing import Any

import gevent
import pytest
from gevent.event import Event

from shippy.checks import Subject, run_checks
from shippy.checks.subject import Check
from shippy.checks.table import CHECKS, Row
from shippy.config.checks import Checks
from shippy.errors import Unavailable, UnknownRef
from shippy.model import CheckResult, Level, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost

GREEN = CheckResult("green", Verdict.PASSED, "")


def subject(**checks: Any) -> Subject:
    code = FakeCodeHost()
    code.commit("feature-x")
    return subject_of(code, **checks)


def green(_: Subject) -> tuple[CheckResult, ...]:
    return (GREEN,)


def raising(error: BaseException) -> Check:
    def check(_: Subject) -> tuple[CheckResult, ...]:
        raise error

    return check


def run(within: float | None = None, about: Subject | None = None, **checks: Check) -> tuple[CheckResult, ...]:
    table = {name: Row(name, check, asks="GitHub", within=within) for name, check in checks.items()}
    return run_checks(about or subject(), table)


def test_every_check_is_a_key_of_the_config_and_the_other_way_round() -> None:
    assert set(CHECKS) == set(Checks.built_in())


def test_the_results_come_in_the_order_of_the_table_and_of_the_config() -> None:
    assert [result.name for result in run_checks(subject(statuses=["ci/build"]))] == ["ci/build", "up to date"]


def test_checks_run_side_by_side() -> None:
    first, second = Event(), Event()

    def one(_: Subject) -> tuple[CheckResult, ...]:
        first.set()
        assert second.wait(5)
        return (GREEN,)

    def other(_: Subject) -> tuple[CheckResult, ...]:
        second.set()
        assert first.wait(5)
        return (GREEN,)

    assert run(one=one, other=other) == (GREEN, GREEN)


def test_a_check_that_never_answers_is_unreadable_in_time_and_holds_up_no_other() -> None:
    ended = Event()

    def stuck(_: Subject) -> tuple[CheckResult, ...]:
        try:
            Event().wait()
        finally:
            ended.set()
        return (GREEN,)

    late, on_time = run(within=0.05, stuck=stuck, green=green)
    assert (late.name, late.verdict) == ("stuck", Verdict.UNREADABLE)
    assert late.detail == "GitHub is not available: no answer within 0.05 s"
    assert on_time == GREEN
    assert ended.is_set()


def test_a_check_that_will_not_be_stopped_holds_up_nobody_for_long() -> None:
    let_go = Event()

    def stubborn(_: Subject) -> tuple[CheckResult, ...]:
        while not let_go.is_set():
            try:
                let_go.wait()
            except gevent.GreenletExit:
                continue
        return (GREEN,)

    with gevent.Timeout(5):
        (late,) = run(within=0.05, stubborn=stubborn)
    assert late.verdict is Verdict.UNREADABLE
    let_go.set()


def test_the_config_says_how_long_a_check_may_take() -> None:
    (late,) = run(about=subject(timeout="50ms"), stuck=lambda _: (Event().wait(), (GREEN,))[1])
    assert late.detail == "GitHub is not available: no answer within 0.05 s"


@pytest.mark.parametrize("error", [Unavailable("GitHub", "the rate limit is used up"), UnknownRef("master")])
def test_a_check_that_cannot_be_read_does_not_pass_and_says_why_in_words(error: Exception) -> None:
    (found,) = run(broken=raising(error))
    assert (found.name, found.verdict) == ("broken", Verdict.UNREADABLE)
    assert "Error(" not in found.detail
    assert "GitHub is not available" in found.detail or '"master"' in found.detail


@pytest.mark.parametrize("bug", [ZeroDivisionError("hunter2"), gevent.Timeout(1)])
def test_a_bug_in_a_check_is_unreadable_logged_with_its_traceback_and_holds_up_no_other(
    bug: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        broken, other = run(buggy=raising(bug), green=green)
    assert (broken.name, broken.verdict, other) == ("buggy", Verdict.UNREADABLE, GREEN)
    assert "hunter2" not in broken.detail
    assert "in check" in caplog.text
    assert type(bug).__name__ in caplog.text


def test_whoever_asks_and_is_stopped_leaves_no_check_behind() -> None:
    begun, ended = Event(), Event()

    def stuck(_: Subject) -> tuple[CheckResult, ...]:
        begun.set()
        try:
            Event().wait()
        finally:
            ended.set()
        return ()

    asking = gevent.spawn(run, stuck=stuck)
    assert begun.wait(5)
    asking.kill()
    assert ended.wait(5)


def test_a_result_has_the_level_of_its_name_or_pattern_or_check_or_else_that_of_the_table() -> None:
    names = ("ci/build", "ci/lint", "qa/sign-off")
    table = {
        "statuses": Row("statuses", lambda _: tuple(CheckResult(name, Verdict.FAILED, "") for name in names)),
        "up_to_date": Row("up to date", green, level=Level.ADVICE),
    }
    about = subject(
        statuses=["ci/*", "qa/sign-off"], levels={"ci/*": "advice", "ci/lint": "skippable", "statuses": "required"}
    )
    found = {result.name: result.level for result in run_checks(about, table)}
    assert found == {
        "ci/build": Level.ADVICE,
        "ci/lint": Level.SKIPPABLE,
        "qa/sign-off": Level.REQUIRED,
        "green": Level.ADVICE,
    }


def test_what_cannot_be_read_has_the_level_of_its_check() -> None:
    table = {"up_to_date": Row("up to date", raising(Unavailable("GitHub", "down")))}
    (found,) = run_checks(subject(levels={"up_to_date": "advice"}), table)
    assert (found.verdict, found.level, found.in_the_way) == (Verdict.UNREADABLE, Level.ADVICE, False)


def test_no_check_skips_itself() -> None:
    (found,) = run(sly=lambda _: (CheckResult("sly", Verdict.FAILED, "", level=Level.ADVICE, skipped=True),))
    assert found.in_the_way
