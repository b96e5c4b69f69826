"""From a ref to a release that answers on the VIP: what `ship` does, step by step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from shippy.deploys import gate, production, traffic
from shippy.deploys.production import Sight
from shippy.deploys.session import Session, Step
from shippy.deploys.site import Site
from shippy.deploys.steps.checking import DeployChecks
from shippy.deploys.steps.comparing import Comparing
from shippy.deploys.steps.draining import drain
from shippy.deploys.steps.fetching import Fetching
from shippy.deploys.steps.hosts import Starting
from shippy.errors import HostFailed, TooFewHosts
from shippy.events import (
    Connecting,
    Entry,
    ImagePulled,
    ImageResolved,
    LeftoversRemoved,
    Prepared,
    Preparing,
)
from shippy.model import Phase, Revision
from shippy.ports import Clock, Journal


def ship(
    session: Session,
    site: Site,
    journal: Journal,
    clock: Clock,
    *,
    revision: Revision,
    free_slot: Callable[[], None],
) -> Entry:
    """Check, prepare and connect what the ref stands for; the entry is that of the release answering on the VIP.

    `free_slot` retires a warm release that has the slot.

    Raises:
        ShippyError: in the phase `checking`, no container has been touched; in `preparing`, what was started by then
            is still there.
    """
    fetching = Fetching(site, journal, revision.commit, session.progressed)
    try:
        with session.leaving_traffic_alone():
            sight, waited = _look(DeployChecks(session, site, revision, clock, fetching.brought), journal)
            if waited:
                fetching.try_again()
                # That took long: a live container may have been started again, and answer on another port.
                sight = production.look(site, journal)
            found = fetching.found()
            session.record(ImageResolved(*session.key, found.image, found.recorded, fetching.there))
            # Before anything else is recorded: until then the balancers have what is in the slot, and should.
            free_slot()
            drain(site, sight.live.slot.other, clock)
        return _prepare(session, site, clock, sight)
    finally:
        fetching.stop()
        if session.deploy.phase is Phase.CHECKING and fetching.pulled:
            session.note(ImagePulled(*session.key, hosts=fetching.pulled))


def _look(checks: DeployChecks, journal: Journal) -> tuple[Sight, bool]:
    """Look at production, and record what the change brings to it and what the checks say, all asked side by side.

    Returns:
        What production is, and whether some checks were waited for.
    """
    session, site = checks.session, checks.site
    with ExitStack() as ending:
        sighting = Step("the look at the hosts", lambda: production.look(site, journal))
        ending.callback(sighting.stop)
        # The hosts only tell what is live where the journal does not.
        live = production.recorded(site, journal) or sighting.result().live
        comparing, looking = Comparing(site, live, checks.revision), checks.begin(live)
        ending.callback(comparing.stop)
        ending.callback(looking.stop)
        sight = sighting.result()
        session.record(comparing.resolved(session.key, sight))
        return sight, checks.judge(looking)


def _prepare(session: Session, site: Site, clock: Clock, sight: Sight) -> Entry:
    slot = session.deploy.live.slot.other
    session.record(Preparing(*session.key, slot=slot, hosts=site.fleet.hosts, stable=sight.endpoints))
    if sight.others(_kept(session)):
        # Out of the balancers first, and away before anything new gets their place.
        site.balancers.bring(traffic.wanted(session.deploy))
        with session.leaving_traffic_alone():
            _remove_leftovers(session, site)
    # Beside the balancers: containers of an ended deploy stay until every balancer tells that it sends nobody there. So
    # where there are none, no balancer sends anybody to the places that the new ones get.
    starting = Starting(session, site, session.deploy.hosts)
    try:
        site.balancers.bring(traffic.wanted(session.deploy))
        with session.leaving_traffic_alone():
            _require_hosts(session, site, starting.outcomes())
        session.record(Connecting(*session.key, endpoints=session.deploy.ready))
        site.balancers.bring(traffic.wanted(session.deploy))
        with session.leaving_traffic_alone():
            starting.complete()
    finally:
        starting.stop()
    # Ahead of the record that it may have traffic: nothing gets through in between.
    gate.ask(session, site, clock)
    return session.record(Prepared(*session.key))


def _remove_leftovers(session: Session, site: Site) -> None:
    """Take away what ended deploys have left: it is drained, and out of the balancers."""
    for host, removed in site.fleet.remove(_kept(session)).items():
        if removed and not isinstance(removed, HostFailed):
            names = tuple(container.name for container in removed)
            session.record(LeftoversRemoved(*session.key, host=host, containers=names))


def _kept(session: Session) -> set[str]:
    live = session.deploy.live
    return {session.deploy.id} | ({live.deploy} if live.deploy else set())


def _require_hosts(session: Session, site: Site, failures: tuple[HostFailed, ...]) -> None:
    needed = site.settings.needed_hosts
    if len(session.deploy.ready) < needed:
        raise TooFewHosts(len(session.deploy.ready), needed, failures)
