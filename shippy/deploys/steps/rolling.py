"""Moving a share of the public traffic."""

from __future__ import annotations

from dataclasses import replace

from shippy.deploys import gate, traffic
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.errors import BalancersRefused
from shippy.events import Entry, RampStopped, ShareChanged, ShareChanging, ShareRefused
from shippy.model import Deploy, Person, Share
from shippy.ports import Clock
from shippy.sentences import explain


def roll(
    session: Session,
    site: Site,
    clock: Clock,
    share: Share,
    by: Person,
    *,
    committing: bool = False,
    climbing: bool = False,
) -> Entry:
    """Bring the candidate's share of the public traffic to this, on every balancer, or leave it as it is on all.

    A share that climbs by itself stops doing so, unless this is a step of that climb.

    Raises:
        BalancersRefused: the share is what it was, which the journal says too.
        ApprovalMissing: it would go up, and somebody else has to agree first; neither has a climb stopped.
    """
    if share > session.deploy.share:
        gate.require(session, site, clock, share)
    if not climbing:
        stop_climb(session, f"{by.name} commits" if committing else f"{by.name} has typed a share", by)
    before = session.deploy.share
    session.record(ShareChanging(*session.key, by=by, before=before, after=share))
    try:
        site.balancers.bring(traffic.wanted(replace(session.deploy, share=share)))
    except BalancersRefused as error:
        session.record(ShareRefused(*session.key, by=by, share=before, reason=explain(error)))
        raise
    changed = ShareChanged(*session.key, by=by, before=before, after=share, committing=committing, climbing=climbing)
    return session.record(changed)


def stop_climb(session: Session, reason: str, by: Person | None = None) -> None:
    """The share climbs no further by itself, if it does; that is so even where the journal cannot take it now.

    `by` is whose command is the reason.
    """
    if session.deploy.ramp is not None:
        session.note(RampStopped(*session.key, reason=reason, by=by))


def climbs_up(deploy: Deploy) -> bool:
    """Whether the share goes by itself to a higher one next; a climb may go down as well."""
    return deploy.ramp is not None and deploy.ramp.shares[0] > deploy.share
