"""The size of a change."""

from __future__ import annotations

from shippy.checks import run_checks
from shippy.checks.size import size
from shippy.model import Level, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost


def test_a_big_change_is_told_and_stands_in_nobodys_way() -> None:
    code = FakeCodeHost()
    code.commit("feature-x", 3)
    found = {result.name: result for result in run_checks(subject_of(code, size=2))}["size"]
    assert (found.verdict, found.level, found.in_the_way) == (Verdict.FAILED, Level.ADVICE, False)
    assert found.detail == "3 commits, which is more than 2: smaller changes are easier to verify and to take back"


def test_a_small_one_passes_and_where_no_size_is_given_none_is_looked_at() -> None:
    code = FakeCodeHost()
    code.commit("feature-x")
    (found,) = size(subject_of(code, size=1))
    assert (found.verdict, found.detail) == (Verdict.PASSED, "1 commit")
    assert size(subject_of(code)) == ()
