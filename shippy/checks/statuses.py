"""The commit statuses that the config requires."""

from __future__ import annotations

from shippy.checks.subject import Subject
from shippy.model import CheckResult, Status, Verdict

VERDICTS = {"success": Verdict.PASSED, "pending": Verdict.PENDING}


def required_statuses(subject: Subject) -> tuple[CheckResult, ...]:
    """A result for each required context. One that is missing is pending: somebody has still to report it."""
    required = subject.settings.checks.statuses
    if not required:
        return ()
    statuses = subject.code.statuses(subject.revision.commit)
    return tuple(_result(context, statuses.get(context)) for context in required)


def _result(context: str, status: Status | None) -> CheckResult:
    if status is None:
        return CheckResult(context, Verdict.PENDING, "nothing has reported this status yet")
    verdict = VERDICTS.get(status.state, Verdict.FAILED)
    return CheckResult(context, verdict, status.description or status.state, status.url)
