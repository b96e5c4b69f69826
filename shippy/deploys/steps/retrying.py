"""Preparing the hosts that failed once more, in the running deploy."""

from __future__ import annotations

from shippy.deploys import traffic
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.hosts import start
from shippy.deploys.steps.rolling import stop_climb
from shippy.errors import NothingToRetry
from shippy.events import Connecting, Entry, Retrying
from shippy.model import Deploy, Person


def retry(session: Session, site: Site, by: Person) -> Entry:
    """Prepare the hosts that failed, and give those that come up their part of the deploy's traffic.

    Raises:
        NothingToRetry: none failed.
        BalancersRefused: they keep the hosts that they had.
    """
    hosts = session.deploy.gave_up
    if not hosts:
        raise NothingToRetry
    stop_climb(session, f"{by.name} has failed hosts prepared again", by)
    session.record(Retrying(*session.key, by=by, hosts=hosts))
    return go_on(session, site)


def go_on(session: Session, site: Site) -> Entry:
    """Go on with a retry that has begun."""
    start(session, site, unsettled(session.deploy))
    entry = session.record(Connecting(*session.key, endpoints=session.deploy.ready))
    site.balancers.bring(traffic.wanted(session.deploy))
    return entry


def unsettled(deploy: Deploy) -> tuple[str, ...]:
    """The hosts that have neither come up nor failed: those of a retry that has begun."""
    settled = {endpoint.host for endpoint in deploy.ready} | set(deploy.gave_up)
    return tuple(host for host in deploy.hosts if host not in settled)
