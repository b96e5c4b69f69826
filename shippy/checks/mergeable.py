"""Whether GitHub could merge the branch: no conflict with the main branch, and no draft."""

from __future__ import annotations

from shippy.checks.subject import Subject
from shippy.model import CheckResult, PullRequest, PullState, Verdict

NAME = "mergeable"


def mergeable(subject: Subject) -> tuple[CheckResult, ...]:
    """What GitHub says of the pull request; without one into the main branch, what a comparison tells."""
    if not subject.settings.checks.mergeable:
        return ()
    main, pull, commit = subject.settings.main, subject.revision.pull, subject.revision.commit
    if pull is None or pull.base != main:
        return (_compared(subject, f"GitHub tells of conflicts only for a pull request into {main}"),)
    state = subject.code.pull_state(pull.number)
    if state.head != commit:
        return (_compared(subject, f"#{pull.number} has moved on to {state.head:.8}, and GitHub tells of that only"),)
    verdict, told = _verdict(state, pull, main)
    return (CheckResult(NAME, verdict, told, pull.url),)


def _verdict(state: PullState, pull: PullRequest, main: str) -> tuple[Verdict, str]:
    if state.draft:
        return Verdict.FAILED, f"#{pull.number} is a draft, which GitHub does not merge; mark it as ready for review"
    if state.mergeable is None:
        return Verdict.PENDING, "GitHub has not worked it out yet; ask again"
    if not state.mergeable:
        resolve = f"resolve that with: git fetch && git merge origin/{main}, and push"
        return Verdict.FAILED, f"it conflicts with {main}; {resolve}"
    return Verdict.PASSED, f"merges into {main} without a conflict"


def _compared(subject: Subject, why: str) -> CheckResult:
    main = subject.settings.main
    comparison = subject.code.compare(main, subject.revision.commit)
    if comparison.ahead_by == 0:
        return CheckResult(NAME, Verdict.PASSED, f"{main} has it already", comparison.url)
    if comparison.behind_by == 0:
        return CheckResult(NAME, Verdict.PASSED, f"has everything that {main} has: nothing to conflict", comparison.url)
    return CheckResult(NAME, Verdict.UNREADABLE, f"{why}; open one, or merge {main} into it", comparison.url)
