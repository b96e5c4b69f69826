from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.model import CheckResult, Level, PullRequest, Revision, Verdict
from shippy.sentences.phrases import check_line, counted, lasting, listed, named, quoted, sentence
from tests.sentences.samples import AT, COMMIT


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (190_000, "2 d 4 h"),
    ],
)
def test_a_time_is_as_exact_as_somebody_needs_it(seconds: int, words: str) -> None:
    assert lasting(AT, AT + timedelta(seconds=seconds)) == words


def test_lists_and_numbers_are_english() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed("abc")] == ["nothing", "a", "a and b", "a, b and c"]
    assert [counted(count, "host") for count in (0, 1, 2)] == ["0 hosts", "1 host", "2 hosts"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("there is none", "There is none."),
        ("which one?", "Which one?"),
        ("try again.", "Try again."),
        ("web1 failed", "web1 failed."),
        ('"x": no', '"x": no.'),
        ("two of them:\n✗ a", "Two of them:\n✗ a"),
    ],
)
def test_a_sentence_has_a_capital_and_one_end(text: str, whole: str) -> None:
    assert sentence(text) == whole


@given(st.text())
def test_what_was_typed_is_quoted_on_one_short_line(text: str) -> None:
    assert len(quoted(text).splitlines()) == 1
    assert len(quoted(text)) <= 62


def test_a_revision_is_named_by_branch_pull_request_and_commit() -> None:
    pull = PullRequest(12, "A title", "https://github.example.com/acme/web/pull/12", "master")
    assert named(Revision("feature-x", COMMIT, "feature-x")) == "feature-x at 9f8e7d6c"
    assert named(Revision("#12", COMMIT, "feature-x", pull)) == 'feature-x (#12 "A title") at 9f8e7d6c'


def test_a_commit_that_was_typed_is_not_named_twice() -> None:
    assert named(Revision(COMMIT[:10], COMMIT)) == "9f8e7d6c"


@pytest.mark.parametrize(
    ("level", "skipped", "words"),
    [
        (Level.REQUIRED, False, "failed, why"),
        (Level.ADVICE, False, "failed (advice), why"),
        (Level.SKIPPABLE, False, "failed (may be skipped), why"),
        (Level.SKIPPABLE, True, "failed (skipped), why"),
    ],
)
def test_a_check_that_has_not_passed_tells_what_it_counts_for(level: Level, skipped: bool, words: str) -> None:
    result = CheckResult("size", Verdict.FAILED, "why", level=level, skipped=skipped)
    assert check_line(result) == f"✗ size: {words}"
    assert check_line(replace(result, verdict=Verdict.PASSED)) == "✓ size: passed, why"


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_has_a_word_and_a_mark_of_its_own(verdict: Verdict) -> None:
    line = check_line(CheckResult("ci/build", verdict, "", "https://ci.example.com/1"))
    others = {check_line(CheckResult("ci/build", other, "")).partition(" ")[0] for other in Verdict if other != verdict}
    assert f" ci/build: {verdict} · https://" in line
    assert line.partition(" ")[0] not in others
