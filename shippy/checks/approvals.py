"""Whether enough people have approved the change."""

from __future__ import annotations

from shippy.checks.reviewing import Words, called, words
from shippy.checks.subject import Subject
from shippy.model import CheckResult, PullRequest, Verdict
from shippy.sentences.phrases import counted, listed

NAME = "approvals"


def approvals(subject: Subject) -> tuple[CheckResult, ...]:
    """Pending while approvals are missing, and failed where somebody has requested changes."""
    if not subject.settings.checks.approvals.needed:
        return ()
    pull = subject.revision.pull
    if pull is None:
        return (without_pull(subject, NAME),)
    return (_judged(words(subject, pull, subject.settings.checks.approvals), pull, subject),)


def without_pull(subject: Subject, name: str) -> CheckResult:
    """What the main branch has already is not approved anew."""
    main = subject.settings.main
    comparison = subject.code.compare(main, subject.revision.commit)
    if comparison.ahead_by == 0:
        return CheckResult(name, Verdict.PASSED, f"{main} has it already", comparison.url)
    how = f"open a pull request into {main} and have it approved: nothing else can be"
    return CheckResult(name, Verdict.FAILED, how, comparison.url)


def _judged(found: Words, pull: PullRequest, subject: Subject) -> CheckResult:
    rules = subject.settings.checks.approvals
    if found.against:
        told = f"{listed(found.against)} requested changes, which stand until they approve or the review is dismissed"
        return CheckResult(NAME, Verdict.FAILED, told, pull.url)
    by = f"by {listed(found.approved)}" if found.approved else ""
    if len(found.approved) >= rules.needed:
        return CheckResult(NAME, Verdict.PASSED, f"approved {by}", pull.url)
    whose = f" of {listed([called(name) for name in rules.by], 'or')}" if rules.by else ""
    there = f", and has {len(found.approved)} ({by})" if by else ""
    told = f"needs {counted(rules.needed, 'approval')}{whose}{there}"
    return CheckResult(NAME, Verdict.PENDING, "; ".join((told, *found.discounted)), pull.url)
