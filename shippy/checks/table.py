"""The table of checks, and the way they are run: side by side, each with its own time-out."""

from __future__ import annotations

from collections.abc import Mapping

import gevent

from shippy.checks.statuses import required_statuses
from shippy.checks.subject import Check, Subject
from shippy.checks.up_to_date import NAME, up_to_date
from shippy.errors import ShippyError, Unavailable
from shippy.model import CheckResult, Verdict
from shippy.sentences import explain

CHECKS: Mapping[str, Check] = {
    "statuses": required_statuses,
    NAME: up_to_date,
}

CHECK_SECONDS = 60.0
"""The most that one check may take; each request that it makes has a shorter time-out of its own."""


def run_checks(
    subject: Subject, checks: Mapping[str, Check] = CHECKS, within: float = CHECK_SECONDS
) -> tuple[CheckResult, ...]:
    """All results, in the table's order. A check that cannot be read gives `unreadable`; it never passes.

    Args:
        subject: what is checked.
        checks: each check by the name that a result of its being unreadable has.
        within: seconds that each check may take.
    """
    running = [gevent.spawn(_answer, name, check, subject, within) for name, check in checks.items()]
    try:
        return tuple(result for greenlet in running for result in greenlet.get())
    finally:
        gevent.killall(running)


def _answer(name: str, check: Check, subject: Subject, within: float) -> tuple[CheckResult, ...]:
    try:
        with gevent.Timeout(within, Unavailable("GitHub", f"no answer within {within:g} s")):
            return check(subject)
    except ShippyError as error:
        return (CheckResult(name, Verdict.UNREADABLE, explain(error)),)
