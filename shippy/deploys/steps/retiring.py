"""Taking a release that the public has left out of service."""

from __future__ import annotations

from shippy.deploys import traffic
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.draining import drain
from shippy.errors import HostFailed
from shippy.events import Drained, LeftBehind, Retiring
from shippy.model import Slot
from shippy.ports import Clock


def retire(session: Session, site: Site, clock: Clock, slot: Slot, keep: str | None) -> None:
    """Drain a slot that no visitor is sent to, take it out of the balancers, and remove its containers.

    `keep` is the deploy whose containers stay. What cannot be done now (a host or a balancer that does not answer) is
    recorded, and done by the next deploy or restart: it never stops the rest.
    """
    if session.deploy.connected:
        session.note(Retiring(*session.key, slot=slot, drain=site.settings.traffic.drain))
        with session.leaving_traffic_alone():
            cut = drain(site, slot, clock)
        session.note(Drained(*session.key, slot=slot, cut=cut or 0, counted=cut is not None))
        refusals = site.balancers.force(traffic.wanted(session.deploy))
        for balancer, reason in refusals.items():
            session.note(LeftBehind(*session.key, what=f"the servers on {balancer}", reason=reason))
        if refusals:
            # It may go on sending visitors there when it is back, until it has been told: what ended deploys have left
            # is removed by the look at the hosts, once every balancer tells that it sends nobody there.
            session.note(
                LeftBehind(*session.key, what="the containers", reason="a balancer may still send visitors there")
            )
            return
    with session.leaving_traffic_alone():
        outcomes = site.fleet.remove({keep} if keep else ())
    for host, removed in outcomes.items():
        if isinstance(removed, HostFailed):
            session.note(LeftBehind(*session.key, what=f"the containers on {host}", reason=removed.reason))
