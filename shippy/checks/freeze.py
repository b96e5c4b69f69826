"""Whether ships are frozen now."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shippy.checks.subject import Subject
from shippy.model import CheckResult, Verdict, frozen

NAME = "freeze"


def freeze(subject: Subject) -> tuple[CheckResult, ...]:
    settings = subject.settings.checks.freeze
    if not settings.windows:
        return ()
    zone = ZoneInfo(settings.zone)
    found = frozen(settings.windows, zone, subject.clock.now())
    if found is None:
        return (CheckResult(NAME, Verdict.PASSED, "it is no time of a freeze"),)
    until = f"{found.until.astimezone(zone):%a %Y-%m-%d %H:%M}"
    return (CheckResult(NAME, Verdict.FAILED, f"{found.name}: frozen until {until} ({settings.zone})"),)
