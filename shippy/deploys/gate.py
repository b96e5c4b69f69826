"""The gate in front of the public traffic: what asks for a second person, and whether one has agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shippy.checks.paths import fits
from shippy.config.approval import ApprovalSettings
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.errors import ApprovalMissing, ShippyError
from shippy.events import ApprovalAsked
from shippy.model import ALL, NONE, Approval, ApprovalReason, Deploy, Rule, Share
from shippy.ports import Clock
from shippy.sentences import explain
from shippy.sentences.approving import (
    ALWAYS,
    AT_ONCE,
    files_of,
    many_commits,
    off_hours,
    overridden,
    too_many_files,
    unknown_files,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a deploy does to production: from one commit (None: nothing is live) to another.

    `commits` counts those that it brings and those that it takes out; `backwards` tells that there are some of the
    latter. `skipped` are the names of the checks that it goes on without.
    """

    live: str | None
    commit: str
    commits: int
    backwards: bool = False
    skipped: tuple[str, ...] = ()


def ask(session: Session, site: Site, clock: Clock) -> None:
    """Where the config has a rule, look at what it asks of a deploy that is about to be verified, and record it.

    Raises:
        JournalFailed.
    """
    rule = site.settings.approval
    if rule is not None:
        reasons = (*reasons_of(site, _change(session.deploy)), *_of_the_moment(rule, session.deploy, None, clock.now()))
        session.record(ApprovalAsked(*session.key, reasons=reasons))


def require(session: Session, site: Site, clock: Clock, share: Share) -> None:
    """Let the deploy's share go up to this, or its commit go on, only where nobody else has to agree, or has agreed.

    Who may agree is told once more where something else asks for it, or where what somebody has said holds no longer.

    Raises:
        ApprovalMissing: nothing may be done.
        JournalFailed: neither may it.
    """
    rule, now = site.settings.approval, clock.now()
    if rule is None or session.deploy.approved(now):
        return
    approval = session.deploy.approval
    if approval is None or approval.asked is None:
        # Prepared by a daemon without the rule.
        ask(session, site, clock)
        approval = session.deploy.approval or Approval()
    of_the_deploy = tuple(reason for reason in approval.reasons if not reason.rule.of_the_moment)
    reasons = (*of_the_deploy, *_of_the_moment(rule, session.deploy, share, now))
    if not reasons:
        return
    if reasons != approval.reasons or _is_over(approval):
        session.record(ApprovalAsked(*session.key, reasons=reasons))
        if session.deploy.approved(clock.now()):
            # Somebody has agreed while that was written.
            return
    raise ApprovalMissing(reasons, before=approval.by)


def reasons_of(site: Site, change: Change) -> tuple[ApprovalReason, ...]:
    """What of a change itself asks for a second person, whenever it gets its traffic. It only asks GitHub."""
    rule = site.settings.approval
    return tuple(_of_the_deploy(rule, site, change)) if rule else ()


def _of_the_deploy(rule: ApprovalSettings, site: Site, change: Change) -> Iterator[ApprovalReason]:
    if rule.always:
        yield ApprovalReason(Rule.ALWAYS, ALWAYS)
    files = _files(rule, site, change) if rule.paths else None
    if files:
        yield ApprovalReason(Rule.PATHS, files)
    if rule.commits_above is not None and change.commits > rule.commits_above:
        yield ApprovalReason(Rule.COMMITS_ABOVE, many_commits(change.commits, rule.commits_above))
    if rule.overrides and change.skipped:
        yield ApprovalReason(Rule.OVERRIDES, overridden(change.skipped))


def _of_the_moment(
    rule: ApprovalSettings, deploy: Deploy, share: Share | None, now: datetime
) -> Iterator[ApprovalReason]:
    """What asks for somebody in a step to this share; None: no step is taken yet."""
    if rule.off_hours is not None and rule.off_hours.has(now):
        yield ApprovalReason(Rule.OFF_HOURS, off_hours(rule.off_hours.text))
    if rule.at_once and share == ALL and deploy.share == NONE:
        yield ApprovalReason(Rule.AT_ONCE, AT_ONCE)


def _files(rule: ApprovalSettings, site: Site, change: Change) -> str | None:
    """Why the files of a change ask for somebody; so do files that cannot be told."""
    if change.live is None:
        return unknown_files("nothing is live yet")
    try:
        found = [site.code.files(change.live, change.commit)]
        if change.backwards:
            found.append(site.code.files(change.commit, change.live))
    except ShippyError as error:
        return unknown_files(explain(error))
    paths = frozenset().union(*(files.paths for files in found))
    touched = sorted(path for path in paths if any(fits(pattern, path) for pattern in rule.paths))
    if touched:
        return files_of(touched)
    return None if all(files.complete for files in found) else too_many_files(len(paths))


def _change(deploy: Deploy) -> Change:
    skipped = tuple(check.name for check in deploy.checks if check.skipped)
    commits = deploy.commits + deploy.behind
    return Change(deploy.live.commit, deploy.commit or "", commits, backwards=deploy.behind > 0, skipped=skipped)


def _is_over(approval: Approval) -> bool:
    """Whether somebody had agreed, and nobody has been told since that it does not hold."""
    return approval.given is not None and (approval.asked is None or approval.given >= approval.asked)
