"""Whether a change is small: small ones are easier to verify and to take back."""

from __future__ import annotations

from shippy.checks.subject import Subject
from shippy.model import CheckResult, Verdict
from shippy.sentences.phrases import counted

NAME = "size"


def size(subject: Subject) -> tuple[CheckResult, ...]:
    most = subject.settings.checks.size
    if most is None:
        return ()
    comparison = subject.code.compare(subject.settings.main, subject.revision.commit)
    commits = counted(comparison.ahead_by, "commit")
    if comparison.ahead_by <= most:
        return (CheckResult(NAME, Verdict.PASSED, commits, comparison.url),)
    told = f"{commits}, which is more than {most}: smaller changes are easier to verify and to take back"
    return (CheckResult(NAME, Verdict.FAILED, told, comparison.url),)
