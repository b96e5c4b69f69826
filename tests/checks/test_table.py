"""How checks are run: side by side, bounded in time, and failing closed."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event

from shippy.checks import Subject, run_checks
from shippy.checks.subject import Check
from shippy.errors import Unavailable, UnknownRef
from shippy.model import CheckResult, Revision, Verdict
from tests.fakes.codehost import FakeCodeHost
from tests.world import app_settings

GREEN = CheckResult("green", Verdict.PASSED, "")


def subject() -> Subject:
    code = FakeCodeHost()
    commit = code.commit("feature-x")
    settings = app_settings(checks={"statuses": ["ci/build"]})
    return Subject(Revision("feature-x", commit, "feature-x"), settings, code)


def green(_: Subject) -> tuple[CheckResult, ...]:
    return (GREEN,)


def raising(error: Exception) -> Check:
    def check(_: Subject) -> tuple[CheckResult, ...]:
        raise error

    return check


def test_the_results_come_in_the_order_of_the_table_and_of_the_config() -> None:
    assert [result.name for result in run_checks(subject())] == ["ci/build", "up to date"]


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

    assert run_checks(subject(), {"one": one, "other": other}) == (GREEN, GREEN)


def test_a_check_that_never_answers_is_unreadable_in_time_and_holds_up_no_other() -> None:
    ended = Event()

    def stuck(_: Subject) -> tuple[CheckResult, ...]:
        try:
            Event().wait()
        finally:
            ended.set()
        return (GREEN,)

    late, on_time = run_checks(subject(), {"stuck": stuck, "green": green}, within=0.05)
    assert (late.name, late.verdict) == ("stuck", Verdict.UNREADABLE)
    assert "no answer within 0.05 s" in late.detail
    assert on_time == GREEN
    assert ended.is_set()


@pytest.mark.parametrize("error", [Unavailable("GitHub", "the rate limit is used up"), UnknownRef("master")])
def test_a_check_that_cannot_be_read_does_not_pass_and_says_why_in_words(error: Exception) -> None:
    (found,) = run_checks(subject(), {"broken": raising(error)})
    assert (found.name, found.verdict) == ("broken", Verdict.UNREADABLE)
    assert "Error(" not in found.detail
    assert "GitHub is not available" in found.detail or '"master"' in found.detail


def test_a_bug_in_a_check_is_a_bug_and_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        run_checks(subject(), {"bug": raising(ZeroDivisionError()), "green": green})
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_whoever_asks_and_is_stopped_leaves_no_check_behind() -> None:
    begun, ended = Event(), Event()

    def stuck(_: Subject) -> tuple[CheckResult, ...]:
        begun.set()
        try:
            Event().wait()
        finally:
            ended.set()
        return ()

    asking = gevent.spawn(run_checks, subject(), {"stuck": stuck})
    assert begun.wait(5)
    asking.kill()
    assert ended.wait(5)
