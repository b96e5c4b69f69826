"""Whether those have approved a change who have to, because of the files that it touches."""

from __future__ import annotations

from shippy.checks.approvals import without_pull
from shippy.checks.paths import Touched, touched
from shippy.checks.reviewing import Words, called, logins, words
from shippy.checks.subject import Subject
from shippy.config.reviewing import Approvals
from shippy.model import CheckResult, PullRequest, Verdict
from shippy.sentences.phrases import first_of, listed

NAME = "paths"
SHOWN_FILES = 2


def owned_paths(subject: Subject) -> tuple[CheckResult, ...]:
    """A result for each rule that the change touches, called paths/ and the rule's name."""
    settings = subject.settings.checks
    rules = {name: rule for name, rule in settings.paths.items() if rule.approved_by}
    if not rules:
        return ()
    changed = subject.code.files(subject.settings.main, subject.revision.commit)
    found = touched(rules, changed)
    if not found:
        return (CheckResult(NAME, Verdict.PASSED, "no file that needs somebody's approval"),)
    pull = subject.revision.pull
    if pull is None:
        return tuple(without_pull(subject, name_of(one)) for one in found)
    anybody = Approvals(stale=settings.approvals.stale, own=settings.approvals.own)
    said = words(subject, pull, anybody)
    return tuple(_judged(one, said, pull, subject) for one in found)


def name_of(one: Touched) -> str:
    return f"{NAME}/{one.name}"


def _judged(one: Touched, said: Words, pull: PullRequest, subject: Subject) -> CheckResult:
    owners = logins(subject, one.rule.approved_by) if said.approved else frozenset()
    approved = [login for login in said.approved if login.casefold() in owners]
    if approved:
        return CheckResult(name_of(one), Verdict.PASSED, f"approved by {listed(approved)}", pull.url)
    owned_by = listed([called(name) for name in one.rule.approved_by], "or")
    needs = f"{_touches(one)}, which needs the approval of {owned_by}"
    return CheckResult(name_of(one), Verdict.PENDING, "; ".join((needs, *said.discounted)), pull.url)


def _touches(one: Touched) -> str:
    if not one.files:
        return "a change so big that not all of its files are told"
    return f"touches {listed(first_of(one.files, SHOWN_FILES))}"
