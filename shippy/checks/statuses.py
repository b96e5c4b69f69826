"""The commit statuses that the config requires."""

from __future__ import annotations

from shippy.checks.subject import Subject
from shippy.errors import Unavailable
from shippy.model import CheckResult, Status, Verdict

VERDICTS = {"success": Verdict.PASSED, "pending": Verdict.PENDING}
# GitHub tells the two ways of not being green apart: the thing is bad, or whoever looks at it could not.
ERROR = "error"


def required_statuses(subject: Subject) -> tuple[CheckResult, ...]:
    """A result for each required context. One that is missing is pending: somebody has still to report it."""
    required = subject.settings.checks.statuses
    if not required:
        return ()
    try:
        statuses = subject.code.statuses(subject.revision.commit)
    except Unavailable as error:
        detail = f"{error.what} is not available ({error.why})"
        return tuple(CheckResult(context, Verdict.UNREADABLE, detail) for context in required)
    return tuple(_result(context, statuses.get(context)) for context in required)


def _result(context: str, status: Status | None) -> CheckResult:
    if status is None:
        return CheckResult(context, Verdict.PENDING, "nothing has reported this status yet")
    verdict = VERDICTS.get(status.state, Verdict.FAILED)
    detail = status.description or ("what reports it met an error" if status.state == ERROR else "")
    return CheckResult(context, verdict, detail, status.url)
