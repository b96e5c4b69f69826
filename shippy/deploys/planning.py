"""What `ship` would do, worked out by what it does itself, without doing any of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from shippy.answers import PlanReport
from shippy.checks import run_checks
from shippy.deploys import gate, images, production, traffic
from shippy.deploys.images import Found
from shippy.deploys.production import Sight
from shippy.deploys.service import Deploys
from shippy.deploys.session import Step
from shippy.deploys.site import Site
from shippy.deploys.steps.checking import subject_of
from shippy.deploys.steps.comparing import resolved
from shippy.errors import HostFailed, LockHeld, ShippyError
from shippy.events import Resolved
from shippy.model import (
    BalancerPlan,
    Deploy,
    Endpoint,
    HostPlan,
    Image,
    Person,
    Phase,
    Place,
    Release,
    Revision,
    Slot,
    Traffic,
)
from shippy.ports import Journal
from shippy.sentences import explain

T = TypeVar("T")

NOT_BEGUN = "…"
"""In place of the id, which a deploy gets when it begins."""


@dataclass(frozen=True, slots=True)
class _Look:
    sight: Sight
    resolved: Resolved


def plan(deploys: Deploys, site: Site, revision: Revision, person: Person) -> PlanReport:
    """What would come of shipping a revision now. What cannot be told is in the report, as an error.

    It asks the registry, GitHub, the hosts and the balancers, and changes nothing: neither there nor in the journal.
    """
    finding = Step("the image", lambda: images.find(site, deploys.journal, revision.commit))
    reading = Step("the balancers", site.balancers.read)
    try:
        look = _told(Step("the look at production", lambda: _look(site, deploys.journal, revision)))
        live = look.sight.live if isinstance(look, _Look) else None
        results = run_checks(subject_of(site, revision, person, deploys.clock, live=live))
        found, now = _told(finding), _told(reading)
    finally:
        finding.stop()
        reading.stop()
    report = PlanReport(
        app=site.name,
        revision=revision,
        person=person,
        image=found.image if isinstance(found, Found) else found,
        recorded=isinstance(found, Found) and found.recorded,
        results=results,
        needed=site.settings.needed_hosts,
        obstacles=tuple(_in_the_way(deploys, site, person)),
        warm=next((one.deploy.live.commit for one in deploys.warm if one.deploy.app == site.name), None),
    )
    if not isinstance(look, _Look):
        return replace(report, obstacles=(*report.obstacles, look))
    wanted = _wanted(site, look, person, deploys.clock.now())
    return replace(
        report,
        resolved=look.resolved,
        approval=gate.reasons_of(site, _change(look.resolved)),
        hosts=tuple(_hosts(site, look)),
        balancers=tuple(_balancers(now, wanted)) if not isinstance(now, ShippyError) else (),
    )


def _look(site: Site, journal: Journal, revision: Revision) -> _Look:
    sight = production.look(site, journal)
    return _Look(sight, resolved((NOT_BEGUN, site.name), site, sight, revision))


def _change(resolved: Resolved) -> gate.Change:
    commits = resolved.commits + resolved.behind
    return gate.Change(resolved.live.commit, resolved.revision.commit, commits, backwards=resolved.behind > 0)


def _told(step: Step[T]) -> T | ShippyError:
    try:
        return step.result()
    except ShippyError as error:
        return error


def _in_the_way(deploys: Deploys, site: Site, person: Person) -> Iterator[ShippyError]:
    """What `ship` would raise before it begins."""
    try:
        deploys.locks.check(site.settings.lock, site.name)
    except LockHeld as error:
        yield error
    refusal = deploys.waiting.refusal(site.settings.lock, person)
    if refusal is not None:
        yield refusal


def _hosts(site: Site, look: _Look) -> Iterator[HostPlan]:
    """Each host's new container, and what `remove` would take away there: all but the live release's."""
    live, commit = look.sight.live, look.resolved.revision.commit
    names = site.fleet.names(Release(site.name, NOT_BEGUN, commit, Image("", ""), live.slot.other))
    for host, containers in look.sight.found.items():
        if isinstance(containers, HostFailed):
            yield HostPlan(host, names[host], problem=containers.reason)
        else:
            yield HostPlan(host, names[host], tuple(one for one in containers if one.deploy != live.deploy))


def _wanted(site: Site, look: _Look, person: Person, now: datetime) -> Traffic:
    """The traffic of the deploy as it would be once it is ready to verify. Docker chooses ports that are not fixed."""
    live, published = look.sight.live, site.settings.container.published
    ready = tuple(Endpoint(host.name, host.address, published or 0) for host in site.settings.machines)
    what = (NOT_BEGUN, site.name, site.settings.lock, look.resolved.revision.ref, person, Place())
    deploy = Deploy(
        *what,
        started=now,
        phase=Phase.VERIFYING,
        live=live,
        stable_endpoints=look.sight.endpoints,
        slot=live.slot.other,
        ready=ready,
        connected=True,
    )
    return traffic.wanted(deploy)


def _balancers(now: Mapping[str, Traffic | ShippyError], wanted: Traffic) -> Iterator[BalancerPlan]:
    routing = wanted.routing
    slots = (routing.stable, routing.stable.other)
    for name, does in now.items():
        plan_of = BalancerPlan(name, *slots, share=routing.share)
        if isinstance(does, ShippyError):
            yield replace(plan_of, problem=explain(does))
            continue
        yield replace(
            plan_of,
            joining=tuple(_missing(slots, wanted, does)),
            leaving=tuple(_missing(slots, does, wanted)),
            before=does.routing.share if does.routing.candidate else None,
        )


def _missing(slots: Iterable[Slot], of: Traffic, there: Traffic) -> Iterator[tuple[Slot, str]]:
    """The servers of one traffic that another does not have, as their slots and hosts."""
    for slot in slots:
        yield from ((slot, endpoint.host) for endpoint in sorted(of.in_slot(slot) - there.in_slot(slot)))
