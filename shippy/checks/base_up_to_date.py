"""Whether the branch has everything that its pull request's base has, if that is not the main branch."""

from __future__ import annotations

from shippy.checks.subject import Subject
from shippy.model import CheckResult, Verdict
from shippy.sentences.phrases import counted

NAME = "up to date with its base"


def base_up_to_date(subject: Subject) -> tuple[CheckResult, ...]:
    """Failed by as many commits as the base is ahead: what was reviewed is not what there will be once both meet."""
    pull = subject.revision.pull
    if not subject.settings.checks.base_up_to_date or pull is None or pull.base == subject.settings.main:
        return ()
    comparison = subject.code.compare(pull.base, subject.revision.commit)
    if comparison.behind_by == 0:
        return (CheckResult(NAME, Verdict.PASSED, f"has everything that {pull.base} has", comparison.url),)
    how = f"update it with: git fetch && git merge origin/{pull.base} && git push"
    behind = f"{counted(comparison.behind_by, 'commit')} behind {pull.base}, the base of #{pull.number}; {how}"
    return (CheckResult(NAME, Verdict.FAILED, behind, comparison.url),)
