"""The word of a second person."""

from __future__ import annotations

from datetime import timedelta

from shippy.deploys.service import Deploys, Outcome
from shippy.errors import NobodyToApprove, NothingToApprove, OwnApproval, WrongPhase
from shippy.events import Approved
from shippy.model import Owner, Person, Phase

APPROVABLE = {Phase.VERIFYING, Phase.ROLLING, Phase.COMMITTING, Phase.UNMERGED}


def approve(deploys: Deploys, app: str, by: Person, login: str | None) -> Outcome:
    """Record that somebody, who has this login on GitHub, agrees to the running deploy and its commit.

    It holds for as long as the config says, and once more from the beginning where it is said again.

    Raises:
        NothingRunning, JournalFailed.
        WrongPhase: there is nothing to look at yet, or nothing to agree to any more.
        NothingToApprove: the config has no such rule for the app.
        NobodyToApprove: it is the shell, where nobody can tell which person it is.
        OwnApproval: the deploy is theirs, or was.
    """
    site, session = deploys.site(app), deploys.locks.running(app, "approve")
    deploy, rule = session.deploy, site.settings.approval
    if rule is None:
        raise NothingToApprove(app)
    if deploy.phase not in APPROVABLE or deploy.commit is None:
        raise WrongPhase("approve", deploy.phase)
    if by.local:
        raise NobodyToApprove
    owner = next((owner for owner in deploy.owners if owner.is_same(by, login)), None)
    if owner is not None:
        raise OwnApproval(owner, by, now=owner == Owner(deploy.owner, deploy.login))
    until = deploys.clock.now() + timedelta(seconds=rule.lasts)
    entry = session.record(Approved(*session.key, by=by, commit=deploy.commit, until=until, login=login))
    return entry, session.deploy
