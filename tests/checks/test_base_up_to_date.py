"""Whether the branch has everything that its pull request's own base has."""

from __future__ import annotations

from shippy.checks.base_up_to_date import base_up_to_date
from shippy.model import Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost


def repository(base: str) -> FakeCodeHost:
    code = FakeCodeHost()
    code.commit("release-1")
    code.branches["feature-x"] = code.branches["release-1"]
    code.commit("feature-x")
    code.open_pull(12, "feature-x", base=base)
    return code


def test_a_base_that_has_gone_on_fails_with_how_to_update() -> None:
    code = repository("release-1")
    (found,) = base_up_to_date(subject_of(code))
    assert (found.verdict, found.detail) == (Verdict.PASSED, "has everything that release-1 has")
    code.commit("release-1", 2)
    (found,) = base_up_to_date(subject_of(code))
    assert found.verdict is Verdict.FAILED
    assert found.detail == (
        "2 commits behind release-1, the base of #12; "
        "update it with: git fetch && git merge origin/release-1 && git push"
    )


def test_it_says_nothing_where_the_base_is_the_main_branch_or_nobody_asks() -> None:
    assert base_up_to_date(subject_of(repository("master"))) == ()
    assert base_up_to_date(subject_of(repository("release-1"), base_up_to_date=False)) == ()
    assert base_up_to_date(subject_of(repository("release-1"), "release-1")) == ()
