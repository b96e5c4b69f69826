"""The required commit statuses: only green ones pass, and each other state has words of its own."""

from __future__ import annotations

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
    assert {result.detail for result in found.values()} == {"GitHub is not available (no answer within 10 s)"}


def test_a_status_that_nobody_requires_is_not_looked_at() -> None:
    code = repository("success")
    code.set_status(code.branches["feature-x"], "coverage", "failure")
    assert list(results(code)) == ["ci/build", "qa/sign-off"]


def test_nothing_is_asked_where_nothing_is_required() -> None:
    code = repository()
    assert required_statuses(subject_of(code, Revision("feature-x", code.branches["feature-x"]), statuses=[])) == ()
    assert code.calls == []
