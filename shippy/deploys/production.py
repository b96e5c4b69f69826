"""What is live: what the journal says made it so, held against what the hosts and balancers really do."""

from __future__ import annotations

from shippy.deploys.site import Site
from shippy.errors import HostFailed, Unavailable, UnclearProduction
from shippy.events import Swapped
from shippy.model import Container, Endpoint, Live, Slot, Traffic
from shippy.ports import Journal

RUNNING = "running"


def live(site: Site, journal: Journal) -> Live:
    """The live release: as the journal tells, or, where it knows of none, as balancers and labels tell.

    Raises:
        UnclearProduction: neither gives one answer. Nothing may be taken for a leftover then.
    """
    entry = journal.last_swap(site.name)
    if entry is not None and isinstance(entry.event, Swapped):
        return Live(entry.event.slot, entry.event.deploy, entry.event.commit)
    return _adopted(site)


def endpoints(site: Site, journal: Journal, release: Live) -> tuple[Endpoint, ...]:
    """Where the live release answers, asked of the hosts: Docker may have given a restarted container a new port.

    A host that does not answer keeps the endpoints that the journal has for it, so that a host whose engine is down,
    and whose containers may well run, stays on the balancers.
    """
    if release.deploy is None:
        return ()
    entry = journal.last_swap(site.name)
    recorded = entry.event.endpoints if entry is not None and isinstance(entry.event, Swapped) else ()
    found: list[Endpoint] = []
    for host, containers in site.fleet.containers().items():
        if isinstance(containers, HostFailed):
            found.extend(endpoint for endpoint in recorded if endpoint.host == host)
        else:
            found.extend(c.endpoint for c in containers if c.deploy == release.deploy and c.endpoint)
    return tuple(sorted(found))


def drift(site: Site, release: Live) -> str | None:
    """One sentence where what runs is not what the journal says, or where the main branch lacks it; else None."""
    if release.commit is None:
        return None
    running = _running_commits(site, release)
    if running is not None and running != {release.commit}:
        return f"the journal says {release.commit[:8]} is live, but the hosts run {_listed(running)}"
    return None


def drift_from_main(site: Site, release: Live) -> str | None:
    """One sentence where the main branch has not got the live commit; else None."""
    if release.commit is None:
        return None
    main = site.settings.main
    try:
        comparison = site.code.compare(main, release.commit)
    except Unavailable as error:
        return f"whether {main} has the live commit cannot be told ({error.what}: {error.why})"
    if comparison.ahead_by:
        return f"the live commit {release.commit[:8]} is not in {main}"
    return None


def _listed(commits: set[str]) -> str:
    return ", ".join(sorted(commit[:8] for commit in commits)) or "nothing"


def _running_commits(site: Site, release: Live) -> set[str] | None:
    """The commits in the live slot on the hosts that answer; None: none does."""
    answers = [found for found in site.fleet.containers().values() if not isinstance(found, HostFailed)]
    if not answers:
        return None
    return {
        container.commit
        for found in answers
        for container in found
        if container.slot is release.slot and container.state == RUNNING
    }


def _adopted(site: Site) -> Live:
    containers = _containers(site)
    slot = _stable_slot(site)
    releases = {(container.deploy, container.commit) for container in containers if container.slot is slot}
    if not releases:
        return Live(slot)
    if len(releases) > 1:
        raise UnclearProduction(site.name, f"several releases have containers in the slot {slot}")
    (found,) = releases
    return Live(slot, *found)


def _containers(site: Site) -> list[Container]:
    containers: list[Container] = []
    for host, found in site.fleet.containers().items():
        if isinstance(found, HostFailed):
            raise UnclearProduction(site.name, f"{host} {found.reason}")
        containers.extend(found)
    return containers


def _stable_slot(site: Site) -> Slot:
    slots = {traffic.routing.stable for traffic in site.balancers.read().values() if isinstance(traffic, Traffic)}
    if len(slots) > 1:
        raise UnclearProduction(site.name, "the balancers do not agree on the stable slot")
    return slots.pop() if slots else Slot.BLUE
