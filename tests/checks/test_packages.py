"""Checks of other packages: an example package, with real metadata, on the path."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from shippy.checks import run_checks
from shippy.model import CheckResult, Level, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost

EXAMPLE = '''
"""Refuses what is shipped from a branch whose name says that it is not ready."""

from shippy.errors import Unavailable
from shippy.model import CheckResult, Verdict


def ready(subject, settings):
    branch = subject.revision.branch or ""
    if branch == "lost":
        raise Unavailable("the list of branches", "it is not there")
    if branch.startswith(settings["unready"]):
        return CheckResult("ready", Verdict.FAILED, f"{branch} is not ready", "https://example.com/ready")
    return CheckResult("ready", Verdict.PASSED, "")


def broken(subject, settings):
    return settings["nothing"]


def talkative(subject, settings):
    return "passed"
'''
ENTRY_POINTS = """\
[shippy.checks]
ready = acme_checks:ready
broken = acme_checks:broken
talkative = acme_checks:talkative
vanished = acme_checks:vanished
"""


@pytest.fixture(autouse=True)
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package as an installer leaves it: its module, and its metadata beside it."""
    (tmp_path / "acme_checks.py").write_text(EXAMPLE)
    install(tmp_path, "acme-checks", ENTRY_POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def install(folder: Path, name: str, entry_points: str) -> None:
    metadata = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(entry_points)


def answer(name: str = "ready", branch: str = "feature-x", **checks: Any) -> CheckResult:
    code = FakeCodeHost()
    code.commit(branch)
    packages = {name: {"unready": "wip/"}}
    (found,) = run_checks(subject_of(code, branch, up_to_date=False, packages=packages, **checks))
    return found


def test_an_installed_check_gets_the_deploy_and_its_settings() -> None:
    assert answer() == CheckResult("ready", Verdict.PASSED, "")
    refused = answer(branch="wip/x", levels={"ready": "advice"})
    assert refused == CheckResult(
        "ready", Verdict.FAILED, "wip/x is not ready", "https://example.com/ready", Level.ADVICE
    )


def test_what_it_cannot_tell_is_unreadable_in_its_own_words() -> None:
    found = answer(branch="lost")
    assert (found.verdict, "the list of branches" in found.detail) == (Verdict.UNREADABLE, True)


@pytest.mark.parametrize("name", ["broken", "talkative", "vanished"])
def test_a_bug_of_it_is_unreadable_and_in_the_log(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = answer(name)
    assert (found.name, found.verdict) == (name, Verdict.UNREADABLE)
    assert f"the check {name} has a bug" in caplog.text
    assert "Traceback" in caplog.text


def test_one_that_is_not_installed_is_unreadable() -> None:
    found = answer("missing")
    assert (found.verdict, "no installed package has it" in found.detail) == (Verdict.UNREADABLE, True)


def test_one_that_two_packages_have_is_unreadable(example: Path) -> None:
    install(example, "other-checks", ENTRY_POINTS)
    found = answer()
    assert found.verdict is Verdict.UNREADABLE
    assert "several packages have it: acme-checks, other-checks" in found.detail
