"""Whether the branch has everything that the main branch has."""

from __future__ import annotations

from shippy.checks.subject import Subject
from shippy.model import UP_TO_DATE, CheckResult, Verdict
from shippy.sentences.phrases import counted

NAME = UP_TO_DATE


def up_to_date(subject: Subject) -> tuple[CheckResult, ...]:
    """Failed by as many commits as the main branch is ahead: shipping it would take those out of production.

    Somebody who types a commit that the main branch has had already goes back to it on purpose, and may. A branch
    without anything of its own is more likely one on which somebody has forgotten to commit.
    """
    if not subject.settings.checks.up_to_date:
        return ()
    main = subject.settings.main
    comparison = subject.code.compare(main, subject.revision.commit)
    if comparison.behind_by == 0:
        return (CheckResult(NAME, Verdict.PASSED, f"has everything that {main} has", comparison.url),)
    commits = counted(comparison.behind_by, "commit")
    contained, commit = comparison.ahead_by == 0, subject.revision.commit
    if contained and subject.revision.branch is None and commit.startswith(subject.revision.ref.lower()):
        return (CheckResult(NAME, Verdict.PASSED, f"goes back by {commits} of {main}", comparison.url),)
    back = f"; to go back to it on purpose, ship {commit:.8}" if contained else ""
    update = f"update it with: git fetch && git merge origin/{main} && git push"
    return (CheckResult(NAME, Verdict.FAILED, f"{commits} behind {main}{back}; {update}", comparison.url),)
