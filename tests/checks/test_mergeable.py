"""Whether GitHub could merge it, with a pull request and without."""

from __future__ import annotations

import pytest

from shippy.checks.mergeable import mergeable
from shippy.model import CheckResult, Revision, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost


@pytest.fixture
def code() -> FakeCodeHost:
    code = FakeCodeHost()
    code.commit("feature-x")
    return code


def result(code: FakeCodeHost, ref: str | Revision = "feature-x") -> CheckResult:
    (found,) = mergeable(subject_of(code, ref, mergeable=True))
    return found


def test_it_is_asked_of_nobody_where_the_config_does_not_say_so(code: FakeCodeHost) -> None:
    assert mergeable(subject_of(code, Revision("feature-x", code.branches["feature-x"]))) == ()
    assert code.calls == []


@pytest.mark.parametrize(
    ("told", "verdict", "words"),
    [
        (True, Verdict.PASSED, "merges into master without a conflict"),
        (None, Verdict.PENDING, "GitHub has not worked it out yet; ask again"),
        (
            False,
            Verdict.FAILED,
            "it conflicts with master; resolve that with: git fetch && git merge origin/master, and push",
        ),
    ],
)
def test_a_pull_request_is_what_github_says_of_it(
    code: FakeCodeHost, told: bool | None, verdict: Verdict, words: str
) -> None:
    pull = code.open_pull(12, "feature-x")
    code.mergeable[12] = told
    found = result(code)
    assert (found.verdict, found.detail, found.url) == (verdict, words, pull.url)


def test_a_draft_fails_with_what_to_do(code: FakeCodeHost) -> None:
    code.open_pull(12, "feature-x")
    code.drafts.add(12)
    found = result(code)
    assert found.verdict is Verdict.FAILED
    assert found.detail == "#12 is a draft, which GitHub does not merge; mark it as ready for review"


def test_without_a_pull_request_only_a_comparison_tells(code: FakeCodeHost) -> None:
    assert result(code).detail == "has everything that master has: nothing to conflict"
    assert result(code, "master").detail == "master has it already"
    code.commit("master")
    found = result(code)
    assert found.verdict is Verdict.UNREADABLE
    assert found.detail == (
        "GitHub tells of conflicts only for a pull request into master; open one, or merge master into it"
    )


def test_what_github_says_of_another_commit_or_branch_is_not_taken_for_this_one(code: FakeCodeHost) -> None:
    code.open_pull(12, "feature-x")
    revision = code.resolve("feature-x")
    code.commit("master")
    head = code.commit("feature-x")
    found = result(code, revision)
    assert found.verdict is Verdict.UNREADABLE
    assert found.detail.startswith(f"#12 has moved on to {head[:8]}, and GitHub tells of that only; ")
    code.commit("release-1")
    code.open_pull(13, "feature-x", base="release-1")
    code.close_pull(12)
    assert result(code).verdict is Verdict.UNREADABLE
