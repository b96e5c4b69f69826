"""Whose approvals count, whose do not and why, and what stands in the way."""

from __future__ import annotations

from typing import Any

import pytest

from shippy.checks.approvals import approvals
from shippy.errors import Unavailable
from shippy.model import Author, CheckResult, ReviewState, Revision, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost

OPENER = "opener"


@pytest.fixture
def code() -> FakeCodeHost:
    """A pull request of somebody's, and people who may push."""
    code = FakeCodeHost()
    for login in (OPENER, "mia", "noah", "writer"):
        code.people.add(login, f"{login}@example.com")
    code.people.add("guest", "guest@example.com", may_push=False)
    code.commit("feature-x", author=Author("writer", "Writer", "writer@example.com"))
    code.open_pull(12, "feature-x")
    return code


def result(code: FakeCodeHost, needed: int = 1, **rules: Any) -> CheckResult:
    (found,) = approvals(subject_of(code, approvals={"needed": needed, **rules}))
    return found


def test_it_waits_for_the_number_of_approvals_and_then_passes(code: FakeCodeHost) -> None:
    found = result(code, 2)
    assert (found.verdict, found.detail) == (Verdict.PENDING, "needs 2 approvals")
    code.review(12, "mia")
    assert result(code, 2).detail == "needs 2 approvals, and has 1 (by mia)"
    code.review(12, "noah")
    found = result(code, 2)
    assert (found.verdict, found.detail) == (Verdict.PASSED, "approved by mia and noah")


@pytest.mark.parametrize(
    ("login", "why"),
    [
        (OPENER, "opener has opened it"),
        ("Opener", "Opener has opened it"),
        ("writer", "writer has written commits of it"),
        ("guest", "guest may not push here"),
    ],
)
def test_an_approval_that_does_not_count_is_told_with_its_reason(code: FakeCodeHost, login: str, why: str) -> None:
    code.review(12, login)
    found = result(code)
    assert (found.verdict, found.detail) == (Verdict.PENDING, f"needs 1 approval; {why}")


def test_that_of_whoever_has_written_commits_counts_if_the_config_says_so(code: FakeCodeHost) -> None:
    code.review(12, "writer")
    assert result(code, own=True).verdict is Verdict.PASSED


def test_an_approval_of_an_earlier_commit_counts_only_if_the_config_says_so(code: FakeCodeHost) -> None:
    code.review(12, "mia")
    code.commit("feature-x")
    found = result(code)
    assert (found.verdict, found.detail) == (Verdict.PENDING, "needs 1 approval; mia has approved an earlier commit")
    assert result(code, stale=True).verdict is Verdict.PASSED


def test_only_certain_people_may_be_asked_for(code: FakeCodeHost) -> None:
    code.review(12, "mia")
    found = result(code, by=["noah", "dana-gh"])
    assert found.verdict is Verdict.PENDING
    assert found.detail == "needs 1 approval of noah or dana-gh; mia is not one of those who have to approve"
    assert result(code, by=["Mia"]).verdict is Verdict.PASSED


def test_requested_changes_stand_in_the_way_however_many_approve(code: FakeCodeHost) -> None:
    code.review(12, "noah", ReviewState.CHANGES_REQUESTED)
    code.review(12, "mia")
    code.review(12, "noah", ReviewState.COMMENTED)
    code.commit("feature-x")
    code.review(12, "mia")
    found = result(code)
    assert found.verdict is Verdict.FAILED
    assert found.detail == "noah requested changes, which stand until they approve or the review is dismissed"


def test_requested_changes_stand_until_the_same_person_approves_or_they_are_dismissed(code: FakeCodeHost) -> None:
    code.review(12, "noah", ReviewState.CHANGES_REQUESTED)
    code.review(12, "noah")
    assert result(code).detail == "approved by noah"
    code.review(12, "mia", ReviewState.CHANGES_REQUESTED)
    assert result(code).verdict is Verdict.FAILED
    code.dismiss(12, "mia")
    assert result(code).verdict is Verdict.PASSED


def test_a_request_of_somebody_who_may_not_push_stands_in_nobodys_way(code: FakeCodeHost) -> None:
    code.review(12, "guest", ReviewState.CHANGES_REQUESTED)
    code.review(12, "mia")
    assert result(code).verdict is Verdict.PASSED


def test_a_dismissed_approval_is_none(code: FakeCodeHost) -> None:
    code.review(12, "mia")
    code.dismiss(12, "mia")
    assert result(code).detail == "needs 1 approval"


def test_without_a_pull_request_it_fails_with_the_way_out(code: FakeCodeHost) -> None:
    code.commit("feature-y")
    (found,) = approvals(subject_of(code, "feature-y", approvals={"needed": 1}))
    assert found.verdict is Verdict.FAILED
    assert found.detail == "open a pull request into master and have it approved: nothing else can be"


def test_what_the_main_branch_has_already_is_not_approved_anew(code: FakeCodeHost) -> None:
    old = code.branches["master"]
    code.commit("master")
    (found,) = approvals(subject_of(code, Revision(old, old), approvals={"needed": 1}))
    assert (found.verdict, found.detail) == (Verdict.PASSED, "master has it already")


def test_nobody_is_asked_where_none_is_needed(code: FakeCodeHost) -> None:
    revision = code.resolve("feature-x")
    code.calls.clear()
    assert approvals(subject_of(code, revision)) == ()
    assert code.calls == []


def test_of_a_team_anybody_in_it_will_do(code: FakeCodeHost) -> None:
    code.people.make_team("acme/ops", "Noah")
    rules: dict[str, Any] = {"by": ["acme/ops", "kim"]}
    assert result(code, **rules).detail == "needs 1 approval of somebody in acme/ops or kim"
    code.review(12, "mia")
    told = "needs 1 approval of somebody in acme/ops or kim; mia is not one of those who have to approve"
    assert result(code, **rules).detail == told
    code.review(12, "noah")
    assert result(code, **rules).detail == "approved by noah"


def test_more_approvals_may_be_needed_of_a_team_than_are_named(code: FakeCodeHost) -> None:
    code.people.make_team("acme/ops", "mia", "noah")
    code.review(12, "mia")
    found = result(code, 2, by=["acme/ops"])
    assert found.detail == "needs 2 approvals of somebody in acme/ops, and has 1 (by mia)"
    code.review(12, "noah")
    assert result(code, 2, by=["acme/ops"]).verdict is Verdict.PASSED


def test_a_team_that_cannot_be_read_approves_nothing(code: FakeCodeHost) -> None:
    code.review(12, "mia")
    with pytest.raises(Unavailable):
        result(code, by=["acme/ops"])
