"""Freezes: told with their name and their end, and skippable."""

from __future__ import annotations

from datetime import UTC, datetime

from shippy.checks import run_checks
from shippy.checks.freeze import freeze
from shippy.model import Level, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.clock import FakeClock
from tests.fakes.codehost import FakeCodeHost

WINDOWS = {"zone": "Europe/Berlin", "windows": {"weekend": "Fri 15:00 - Mon 08:00", "may day": ["2026-05-01"]}}
FRIDAY_BEFORE_THREE = datetime(2026, 1, 2, 13, 59, tzinfo=UTC)
FRIDAY_AT_THREE = datetime(2026, 1, 2, 14, 0, tzinfo=UTC)
MAY_DAY = datetime(2026, 4, 30, 22, 0, tzinfo=UTC)


def repository() -> FakeCodeHost:
    code = FakeCodeHost()
    code.commit("feature-x")
    return code


def test_a_freeze_is_told_with_its_name_and_its_end_and_may_be_skipped() -> None:
    subject = subject_of(repository(), clock=FakeClock(FRIDAY_AT_THREE), freeze=WINDOWS)
    found = {result.name: result for result in run_checks(subject)}["freeze"]
    assert (found.verdict, found.level) == (Verdict.FAILED, Level.SKIPPABLE)
    assert found.detail == "weekend: frozen until Mon 2026-01-05 08:00 (Europe/Berlin)"


def test_times_are_those_of_the_zone() -> None:
    (found,) = freeze(subject_of(repository(), clock=FakeClock(FRIDAY_BEFORE_THREE), freeze=WINDOWS))
    assert (found.verdict, found.detail) == (Verdict.PASSED, "it is no time of a freeze")
    (found,) = freeze(subject_of(repository(), clock=FakeClock(MAY_DAY), freeze=WINDOWS))
    # The day after is a Saturday: one freeze leads into the other.
    assert found.detail == "may day: frozen until Mon 2026-05-04 08:00 (Europe/Berlin)"


def test_without_windows_there_is_nothing_to_tell() -> None:
    assert freeze(subject_of(repository())) == ()
