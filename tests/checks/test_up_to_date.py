"""Whether the branch has everything that the main branch has."""

from __future__ import annotations

from typing import Any

import pytest

from shippy.checks.up_to_date import up_to_date
from shippy.model import CheckResult, Revision, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost


def result(behind: int, **checks: Any) -> tuple[CheckResult, ...]:
    code = FakeCodeHost()
    revision = Revision("feature-x", code.commit("feature-x"), "feature-x")
    if behind:
        code.commit("master", behind)
    return up_to_date(subject_of(code, revision, **checks))


def test_a_branch_with_all_of_the_main_branch_passes() -> None:
    (found,) = result(behind=0)
    assert (found.verdict, found.detail) == (Verdict.PASSED, "has everything that master has")


@pytest.mark.parametrize(("behind", "words"), [(1, "1 commit behind master"), (3, "3 commits behind master")])
def test_a_branch_that_lags_fails_with_how_far_and_how_to_update_it(behind: int, words: str) -> None:
    (found,) = result(behind)
    assert found.verdict is Verdict.FAILED
    assert found.detail == f"{words}; update it with: git fetch && git merge origin/master && git push"
    assert found.url


def test_it_can_be_switched_off() -> None:
    assert result(behind=3, up_to_date=False) == ()


def test_a_commit_that_the_main_branch_has_is_gone_back_to_on_purpose() -> None:
    code = FakeCodeHost()
    old = code.branches["master"]
    code.commit("master", 3)
    (found,) = up_to_date(subject_of(code, Revision(old[:7].upper(), old)))
    assert (found.verdict, found.detail) == (Verdict.PASSED, "goes back by 3 commits of master")


def test_a_branch_with_nothing_of_its_own_fails_with_the_way_back_to_it() -> None:
    code = FakeCodeHost()
    old = code.branches["stale"] = code.branches["master"]
    code.commit("master")
    (found,) = up_to_date(subject_of(code, Revision("stale", old, "stale")))
    assert found.verdict is Verdict.FAILED
    assert found.detail == (
        f"1 commit behind master; to go back to it on purpose, ship {old[:8]}; "
        "update it with: git fetch && git merge origin/master && git push"
    )
