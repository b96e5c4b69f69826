"""Moving a share of the public traffic."""

from __future__ import annotations

from dataclasses import replace

from shippy.deploys import traffic
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.errors import BalancersRefused
from shippy.events import Entry, ShareChanged, ShareChanging, ShareRefused
from shippy.model import Person, Share
from shippy.sentences import explain


def roll(session: Session, site: Site, share: Share, by: Person, *, committing: bool = False) -> Entry:
    """Bring the candidate's share of the public traffic to this, on every balancer, or leave it as it is on all.

    Raises:
        BalancersRefused: the share is what it was, which the journal says too.
    """
    before = session.deploy.share
    session.record(ShareChanging(*session.key, by=by, before=before, after=share))
    try:
        site.balancers.bring(traffic.wanted(replace(session.deploy, share=share)))
    except BalancersRefused as error:
        session.record(ShareRefused(*session.key, by=by, share=before, reason=explain(error)))
        raise
    return session.record(ShareChanged(*session.key, by=by, before=before, after=share, committing=committing))
