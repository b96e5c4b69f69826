"""The answers of each check, as docs/checks.md shows them: `python -m tests.checks.answers` prints its table.

Each answer is asked of the check itself, about a repository in memory.
"""

# ruff: noqa: I001 - gevent patches everything before anything else is imported
from __future__ import annotations

import tests.gevent_first  # noqa: F401 - imported for what it does

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shippy.checks import Subject
from shippy.checks.table import CHECKS
from shippy.model import CheckResult, ReviewState, Revision, Verdict
from shippy.sentences.phrases import check_line
from tests.checks.subjects import subject_of
from tests.fakes.clock import FakeClock
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet

BRANCH = "feature-x"
LABEL = "org.opencontainers.image.revision"
A_THURSDAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
A_SATURDAY = datetime(2026, 1, 3, 12, tzinfo=UTC)
ANSWERS = (Verdict.PASSED, Verdict.PENDING, Verdict.FAILED)
HEADING = "| key in `checks` | settings | passed | pending | failed |\n|---|---|---|---|---|"
NONE = "–"  # noqa: RUF001 - a dash in a table

Scene = Callable[[Verdict], Subject | None]
"""A subject of which a check says this; None where it never says so."""


@dataclass(frozen=True, slots=True)
class Documented:
    settings: str
    scene: Scene


def repository(*paths: str) -> FakeCodeHost:
    """A branch with a pull request, and people who may push."""
    code = FakeCodeHost()
    for login in ("mia", "noah"):
        code.people.add(login, f"{login}@example.com")
    code.touch(BRANCH, *(paths or ("app.py",)))
    code.open_pull(12, BRANCH)
    return code


def statuses(verdict: Verdict) -> Subject:
    code = repository()
    told = {
        Verdict.PASSED: ("success", "built in 42 s"),
        Verdict.PENDING: ("pending", "building"),
        Verdict.FAILED: ("failure", "2 tests are red"),
    }
    state, description = told[verdict]
    code.set_status(code.branches[BRANCH], "ci/build", state, description)
    return subject_of(code, statuses=["ci/build"])


def up_to_date(verdict: Verdict) -> Subject | None:
    code = repository()
    if verdict is Verdict.FAILED:
        code.commit("master", 3)
    return None if verdict is Verdict.PENDING else subject_of(code, up_to_date=True)


def base_up_to_date(verdict: Verdict) -> Subject | None:
    code = FakeCodeHost()
    code.branches["release-2"] = code.branches["master"]
    code.commit(BRANCH)
    code.open_pull(12, BRANCH, base="release-2")
    if verdict is Verdict.FAILED:
        code.commit("release-2", 2)
    return None if verdict is Verdict.PENDING else subject_of(code, base_up_to_date=True)


def mergeable(verdict: Verdict) -> Subject:
    code = repository()
    code.mergeable[12] = {Verdict.PASSED: True, Verdict.PENDING: None, Verdict.FAILED: False}[verdict]
    return subject_of(code, mergeable=True)


def approvals(verdict: Verdict) -> Subject:
    code = repository()
    code.review(12, "mia")
    if verdict is not Verdict.PENDING:
        code.review(12, "noah", ReviewState.CHANGES_REQUESTED if verdict is Verdict.FAILED else ReviewState.APPROVED)
    return subject_of(code, approvals={"needed": 2})


def paths(verdict: Verdict) -> Subject:
    code = repository("migrations/7.sql")
    if verdict is Verdict.PASSED:
        code.review(12, "mia")
    ref = Revision(BRANCH, code.branches[BRANCH], BRANCH) if verdict is Verdict.FAILED else BRANCH
    return subject_of(code, ref, paths={"database": {"files": ["migrations/"], "approved_by": ["mia"]}})


def size(verdict: Verdict) -> Subject | None:
    code = repository()
    if verdict is Verdict.FAILED:
        code.commit(BRANCH, 40)
    return None if verdict is Verdict.PENDING else subject_of(code, size=30)


def image_label(verdict: Verdict) -> Subject:
    fleet = FakeFleet()
    subject = replace(subject_of(repository(), image_label=LABEL), fleet=fleet)
    image = fleet.resolve(subject.settings.image.replace("{commit}", subject.revision.commit))
    if verdict is not Verdict.PENDING:
        fleet.label(image.reference, **{LABEL: subject.revision.commit if verdict is Verdict.PASSED else "v1.2"})
        fleet.pull(image, lambda _: None)
    return subject


def freeze(verdict: Verdict) -> Subject | None:
    clock = FakeClock(A_SATURDAY if verdict is Verdict.FAILED else A_THURSDAY)
    windows: dict[str, Any] = {"zone": "Europe/Berlin", "windows": {"weekend": "Fri 15:00 - Mon 08:00"}}
    return None if verdict is Verdict.PENDING else subject_of(repository(), clock=clock, freeze=windows)


DOCUMENTED = {
    "statuses": Documented("names, patterns (`ci/*`), or `protected`", statuses),
    "up_to_date": Documented("`true` (the default) or `false`", up_to_date),
    "base_up_to_date": Documented("`true` (the default) or `false`", base_up_to_date),
    "mergeable": Documented("`true`, or `false` (the default)", mergeable),
    "approvals": Documented("`needed`, `by`, `stale`, `own`", approvals),
    "paths": Documented("a name for each rule: `files`, `approved_by`", paths),
    "size": Documented("the most commits; advice by default", size),
    "image_label": Documented(f"the label, such as `{LABEL}`", image_label),
    "freeze": Documented("`zone`, and `windows` by their names; may be skipped by default", freeze),
}


def table() -> str:
    return "\n".join((HEADING, *(f"| {' | '.join(_row(key, one))} |" for key, one in DOCUMENTED.items())))


def answer(key: str, verdict: Verdict) -> CheckResult | None:
    """What a check says, where it can say so."""
    subject = DOCUMENTED[key].scene(verdict)
    if subject is None:
        return None
    row = CHECKS[key]
    (found,) = row.check(subject)
    return replace(found, level=row.level, url=None)


def _row(key: str, one: Documented) -> Iterator[str]:
    yield f"`{key}`"
    yield one.settings
    for verdict in ANSWERS:
        found = answer(key, verdict)
        yield check_line(found) if found else NONE


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
