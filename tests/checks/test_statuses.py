"""The required commit statuses: only green ones pass, and each other state has words of its own."""

from __future__ import annotations

import gevent
import pytest

from shippy.checks.statuses import required_statuses
from shippy.model import CheckResult, Revision, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost

REQUIRED = ["ci/build", "qa/sign-off"]


def results(code: FakeCodeHost) -> dict[str, CheckResult]:
    subject = subject_of(code, Revision("feature-x", code.branches["feature-x"], "feature-x"), statuses=REQUIRED)
    return {result.name: result for result in required_statuses(subject)}


def repository(state: str | None = "success", description: str = "") -> FakeCodeHost:
    code = FakeCodeHost()
    commit = code.commit("feature-x")
    code.set_status(commit, "ci/build")
    if state is not None:
        code.set_status(commit, "qa/sign-off", state, description)
    return code


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("success", Verdict.PASSED),
        ("pending", Verdict.PENDING),
        ("failure", Verdict.FAILED),
        ("error", Verdict.FAILED),
        ("a state of tomorrow", Verdict.FAILED),
        (None, Verdict.PENDING),
    ],
)
def test_only_success_passes(state: str | None, verdict: Verdict) -> None:
    found = results(repository(state))
    assert found["qa/sign-off"].verdict is verdict
    assert found["ci/build"].verdict is Verdict.PASSED


def test_a_status_brings_its_own_description_and_link() -> None:
    found = results(repository("failure", "2 tests are red"))["qa/sign-off"]
    assert (found.detail, found.url) == ("2 tests are red", "https://github.example.com/acme/web/ci/qa/sign-off")


def test_missing_pending_failed_and_broken_are_told_apart() -> None:
    details = [results(repository(state))["qa/sign-off"] for state in (None, "pending", "failure", "error")]
    assert len({(found.verdict, found.detail) for found in details}) == 4


def test_every_required_status_is_unreadable_when_github_does_not_answer() -> None:
    code = repository()
    code.go_down("no answer within 10 s")
    found = results(code)
    assert [result.verdict for result in found.values()] == [Verdict.UNREADABLE] * 2
    assert {result.detail for result in found.values()} == {"GitHub is not available: no answer within 10 s"}


def test_a_status_that_nobody_requires_is_not_looked_at() -> None:
    code = repository("success")
    code.set_status(code.branches["feature-x"], "coverage", "failure")
    assert list(results(code)) == ["ci/build", "qa/sign-off"]


def test_nothing_is_asked_where_nothing_is_required() -> None:
    code = repository()
    assert required_statuses(subject_of(code, Revision("feature-x", code.branches["feature-x"]), statuses=[])) == ()
    assert code.calls == []


def found_of(code: FakeCodeHost, *statuses: str) -> dict[str, Verdict]:
    subject = subject_of(code, statuses=list(statuses))
    return {result.name: result.verdict for result in required_statuses(subject)}


def test_every_match_of_a_pattern_must_pass() -> None:
    code = repository("success")
    code.set_status(code.branches["feature-x"], "ci/lint", "failure")
    assert found_of(code, "ci/*") == {"ci/build": Verdict.PASSED, "ci/lint": Verdict.FAILED}


def test_a_pattern_that_fits_nothing_is_missing_and_not_passed() -> None:
    assert found_of(repository(), "deploy/*") == {"deploy/*": Verdict.PENDING}


def test_a_status_that_is_asked_for_twice_is_told_once() -> None:
    assert list(found_of(repository(), "qa/sign-off", "ci/*", "ci/build")) == ["qa/sign-off", "ci/build"]


def test_a_name_that_could_be_a_pattern_is_a_name_first() -> None:
    code = repository()
    head = code.branches["feature-x"]
    code.set_status(head, "tests [3.11]", "failure")
    code.set_status(head, "tests 3")
    assert found_of(code, "tests [3.11]") == {"tests [3.11]": Verdict.FAILED}


@pytest.mark.parametrize(
    ("state", "verdict", "detail"),
    [
        ("success", Verdict.PASSED, ""),
        ("skipped", Verdict.PASSED, "skipped, which GitHub lets pass"),
        ("timed_out", Verdict.FAILED, "timed out"),
        ("in_progress", Verdict.PENDING, "in progress"),
    ],
)
def test_a_check_run_will_do_for_a_status(state: str, verdict: Verdict, detail: str) -> None:
    code = repository(None)
    code.reports.set_check_run(code.branches["feature-x"], "qa/sign-off", state)
    found = results(code)["qa/sign-off"]
    assert (found.verdict, found.detail) == (verdict, detail)


def test_protected_takes_over_what_the_main_branch_asks_for_besides_what_is_listed() -> None:
    code = repository("failure")
    code.reports.protect("master", "ci/build", "security")
    assert found_of(code, "protected", "qa/*") == {
        "ci/build": Verdict.PASSED,
        "security": Verdict.PENDING,
        "qa/sign-off": Verdict.FAILED,
    }


def test_a_protection_that_cannot_be_read_blocks_and_hides_no_other_verdict() -> None:
    code = repository()
    code.branches["main"] = code.branches.pop("master")
    assert found_of(code, "protected", "ci/build") == {"protected": Verdict.UNREADABLE, "ci/build": Verdict.PASSED}


def test_a_protection_that_asks_for_nothing_says_so() -> None:
    (found,) = required_statuses(subject_of(repository(), statuses="protected"))
    assert (found.verdict, found.detail) == (
        Verdict.PASSED,
        "the protection of master on GitHub asks for no status",
    )


def test_what_the_protection_asks_for_counts_also_if_it_is_told_before_the_statuses() -> None:
    code = repository(None)
    code.reports.protect("master", "qa/sign-off")
    slow = code.hold("statuses")
    asking = gevent.spawn(found_of, code, "protected")
    assert slow.reached.wait(10)
    gevent.idle()
    assert ("required_contexts", ("master",)) in code.calls
    slow.release.set()
    assert asking.get(timeout=10) == {"qa/sign-off": Verdict.PENDING}
