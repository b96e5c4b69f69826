"""From a ref to a release that answers on the VIP: what `ship` does, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shippy.deploys import gate, production, traffic
from shippy.deploys.checking import DeployChecks
from shippy.deploys.draining import drain
from shippy.deploys.fetching import Fetching
from shippy.deploys.hosts import Starting
from shippy.deploys.production import Sight
from shippy.deploys.session import Session, Step
from shippy.deploys.site import Site
from shippy.errors import HostFailed, TooFewHosts, UnknownRef
from shippy.events import (
    Connecting,
    Entry,
    ImagePulled,
    ImageResolved,
    LeftoversRemoved,
    Prepared,
    Preparing,
    Resolved,
)
from shippy.model import Comparison, Live, Phase, Revision
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
            sight = production.look(site, journal)
            if _look_at_the_change(DeployChecks(session, site, revision, clock, fetching.brought), sight):
                fetching.try_again()
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


def _look_at_the_change(checks: DeployChecks, sight: Sight) -> bool:
    """Record what it is, and what the checks say, all asked side by side; returns whether some were waited for."""
    session = checks.session
    looking = checks.begin(sight.live)
    try:
        session.record(resolved(session.key, checks.site, sight, checks.revision))
        return checks.judge(looking)
    finally:
        looking.stop()


def resolved(key: tuple[str, str], site: Site, sight: Sight, revision: Revision) -> Resolved:
    """What a revision brings to what is live, as the event of a deploy. It only asks."""
    comparing = Step("the diff", lambda: _diff(site, sight.live, revision))
    containing = Step("the look at the main branch", lambda: _contained(site, revision))
    try:
        drift = sight.drift or production.drift_from_main(site, sight.live)
        found = Resolved(*key, revision, sight.live, None, drift, contained=containing.result())
        diff = comparing.result()
    finally:
        comparing.stop()
        containing.stop()
    if diff is None:
        return found
    url = diff.url
    if diff.behind_by and not diff.ahead_by:
        # GitHub shows what the second of the two has: this way round, what goes.
        url = site.code.compare(revision.commit, str(sight.live.in_main)).url
    return replace(found, diff_url=url, commits=diff.ahead_by, authors=diff.authors, behind=diff.behind_by)


def _contained(site: Site, revision: Revision) -> bool:
    """Whether the main branch has the revision already. GitHub closes a pull request that has nothing to bring."""
    main = site.settings.main
    if revision.pull is not None and revision.pull.base == main:
        return False
    try:
        return site.code.compare(main, revision.commit).ahead_by == 0
    except UnknownRef:
        return False


def _diff(site: Site, live: Live, revision: Revision) -> Comparison | None:
    """What the revision changes; None where there is nothing to compare it with, or GitHub has forgotten it."""
    if live.commit is None:
        return None
    try:
        return site.code.compare(live.in_main or live.commit, revision.commit)
    except UnknownRef:
        return None


def _prepare(session: Session, site: Site, clock: Clock, sight: Sight) -> Entry:
    slot = session.deploy.live.slot.other
    session.record(Preparing(*session.key, slot=slot, hosts=site.fleet.hosts, stable=sight.endpoints))
    if sight.others(_kept(session)):
        # Out of the balancers first, and away before anything new gets their place.
        site.balancers.bring(traffic.wanted(session.deploy))
        with session.leaving_traffic_alone():
            _remove_leftovers(session, site)
    starting = Starting(session, site, session.deploy.hosts)
    try:
        site.balancers.bring(traffic.wanted(session.deploy))
        with session.leaving_traffic_alone():
            _require_hosts(session, site, starting.outcomes())
        session.record(Connecting(*session.key, endpoints=session.deploy.ready))
        site.balancers.bring(traffic.wanted(session.deploy))
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
