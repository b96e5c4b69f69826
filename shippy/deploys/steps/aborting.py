"""The way back: traffic first, then the drain, then the containers. It needs neither Slack, GitHub nor the registry."""

from __future__ import annotations

from shippy.deploys import traffic
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.retiring import retire
from shippy.events import Aborted, Aborting, Entry, Failed, LeftBehind
from shippy.model import Person
from shippy.ports import Clock


def abort(session: Session, site: Site, clock: Clock, by: Person, reason: str, *, failing: bool = False) -> Entry:
    """Put everything back as it was before the deploy, and end it. The session must have been pre-empted.

    What does not answer now is recorded as left behind, and taken back with the next look at it.
    """
    session.note(Aborting(*session.key, by=by, reason=reason, failing=failing))
    return take_back(session, site, clock)


def take_back(session: Session, site: Site, clock: Clock) -> Entry:
    """Go on with an abort that has begun, from whatever the deploy has come to."""
    deploy = session.deploy
    if deploy.connected:
        for balancer, refusal in site.balancers.force(traffic.wanted(deploy)).items():
            session.note(LeftBehind(*session.key, what=f"the traffic on {balancer}", reason=refusal))
    if deploy.slot is not None:
        retire(session, site, clock, deploy.slot, keep=deploy.live.deploy)
    if deploy.failing:
        return session.note(Failed(*session.key, reason=deploy.reason))
    return session.note(Aborted(*session.key))
