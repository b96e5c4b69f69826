"""Files that need the approval of certain people."""

from __future__ import annotations

from typing import Any

from shippy.checks.owned_paths import owned_paths
from shippy.config.checks import PATHS
from shippy.model import CheckResult, Level, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost

RULES = {
    "database": {"files": ["migrations/"], "approved_by": ["mia", "noah"]},
    "deploying": {"files": ["deploy/"], "approved_by": ["noah"]},
}


def repository(*paths: str, pull: bool = True) -> FakeCodeHost:
    code = FakeCodeHost()
    for login in ("mia", "noah"):
        code.people.add(login, f"{login}@example.com")
    code.touch("feature-x", *paths)
    if pull:
        code.open_pull(12, "feature-x")
    return code


def results(code: FakeCodeHost, **checks: Any) -> dict[str, CheckResult]:
    return {result.name: result for result in owned_paths(subject_of(code, paths=RULES, **checks))}


def test_each_rule_that_is_touched_waits_for_one_of_its_people() -> None:
    code = repository("migrations/0001.sql", "deploy/a", "deploy/b", "deploy/c", "web/app.py")
    found = results(code)
    assert list(found) == [f"{PATHS}/database", f"{PATHS}/deploying"]
    assert {result.verdict for result in found.values()} == {Verdict.PENDING}
    assert found["paths/database"].detail == "touches migrations/0001.sql, which needs the approval of mia or noah"
    assert found["paths/deploying"].detail == "touches deploy/a, deploy/b and 1 more, which needs the approval of noah"
    code.review(12, "mia")
    found = results(code)
    assert found["paths/database"].detail == "approved by mia"
    assert found["paths/deploying"].verdict is Verdict.PENDING


def test_an_approval_counts_here_as_it_counts_elsewhere() -> None:
    code = repository("migrations/0001.sql")
    code.review(12, "mia")
    code.commit("feature-x")
    found = results(code)["paths/database"]
    assert found.verdict is Verdict.PENDING
    assert found.detail.endswith("; mia has approved an earlier commit")
    assert results(code, approvals={"stale": True})["paths/database"].passed


def test_a_change_that_touches_nothing_of_it_passes_without_a_look_at_reviews() -> None:
    code = repository("web/app.py", pull=False)
    assert results(code)["paths"].detail == "no file that needs somebody's approval"
    assert "reviews" not in {name for name, _ in code.calls}


def test_without_a_pull_request_it_fails_with_the_way_out() -> None:
    found = results(repository("migrations/0001.sql", pull=False))["paths/database"]
    assert found.verdict is Verdict.FAILED
    assert "open a pull request into master" in found.detail


def test_a_change_whose_files_are_not_all_told_needs_everybody() -> None:
    code = repository("web/app.py")
    code.tells_all_files = False
    found = results(code)
    assert list(found) == ["paths/database", "paths/deploying"]
    assert found["paths/database"].detail.startswith("a change so big that not all of its files are told")


def test_the_level_of_one_rule_can_be_given() -> None:
    checks = subject_of(repository("a"), paths=RULES, levels={"paths/database": "skippable"}).settings.checks
    assert checks.level_of("paths/database", "paths") is Level.SKIPPABLE


def test_nothing_is_asked_where_no_rule_is() -> None:
    code = repository("migrations/0001.sql")
    assert owned_paths(subject_of(code)) == ()


def test_anybody_in_a_team_that_owns_a_file_will_do() -> None:
    code = repository("migrations/0001.sql")
    code.people.make_team("acme/ops", "noah")
    rules = {"database": {"files": ["migrations/"], "approved_by": ["acme/ops"]}}
    (found,) = owned_paths(subject_of(code, paths=rules))
    assert found.detail == "touches migrations/0001.sql, which needs the approval of somebody in acme/ops"
    code.review(12, "noah")
    (found,) = owned_paths(subject_of(code, paths=rules))
    assert found.detail == "approved by noah"
