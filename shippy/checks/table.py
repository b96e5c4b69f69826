"""The table of checks, and the way they are run: side by side, each with its own time-out."""

from __future__ import annotations

from collections.abc import Mapping

import gevent

from shippy.checks.statuses import required_statuses
from shippy.checks.subject import Check, Subject
from shippy.checks.up_to_date import up_to_date
from shippy.errors import ShippyError, Unavailable
from shippy.model import CheckResult, Verdict

CHECKS: Mapping[str, Check] = {
    "statuses": required_statuses,
    "up to date": up_to_date,
}

CHECK_SECONDS = 60.0
"""The most that one check may take; each request that it makes has a shorter time-out of its own."""


def run_checks(subject: Subject, checks: Mapping[str, Check] = CHECKS) -> tuple[CheckResult, ...]:
    """All results, in the table's order. A check that cannot be read gives `unreadable`; it never passes."""
    running = [gevent.spawn(_answer, name, check, subject) for name, check in checks.items()]
    try:
        return tuple(result for greenlet in running for result in greenlet.get())
    finally:
        gevent.killall(running)


def _answer(name: str, check: Check, subject: Subject) -> tuple[CheckResult, ...]:
    try:
        with gevent.Timeout(CHECK_SECONDS, Unavailable("the check", f"no answer within {CHECK_SECONDS:g} s")):
            return check(subject)
    except Unavailable as error:
        return (CheckResult(name, Verdict.UNREADABLE, f"{error.what}: {error.why}"),)
    except ShippyError as error:
        return (CheckResult(name, Verdict.UNREADABLE, str(error)),)
