"""What is live: what the journal says made it so, held against what the hosts and balancers really do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from shippy.deploys.site import Site
from shippy.errors import HostFailed, Unavailable, UnclearProduction, UnknownRef
from shippy.events import Resolved, Swap, Swapped
from shippy.model import Container, Endpoint, Live, Slot, Traffic
from shippy.ports import Journal

RUNNING = "running"

Found = Mapping[str, tuple[Container, ...] | HostFailed]


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at production: the live release, where it answers, and a sentence where the hosts run something else.

    `found` is what each host has.
    """

    live: Live
    endpoints: tuple[Endpoint, ...]
    drift: str | None
    found: Found

    def others(self, kept: Collection[str]) -> bool:
        """Whether a host that answered has containers of other deploys than these.

        What a silent one has left is out of the balancers, and is removed by the look at the hosts once it answers.
        """
        there = (containers for containers in self.found.values() if not isinstance(containers, HostFailed))
        return any(one.deploy not in kept for containers in there for one in containers)


def look(site: Site, journal: Journal) -> Sight:
    """Look at every host, once.

    Where it answers is asked of the hosts, because Docker may have given a restarted container a new port. A host that
    does not answer keeps the endpoints that the journal has for it: its containers may well run, and stay on the
    balancers.

    Raises:
        UnclearProduction: it cannot be told what is live. Nothing may be taken for a leftover then.
    """
    found = site.fleet.containers()
    swap = _last_swap(site, journal)
    live = swap.made_live if swap else _adopted(site, found)
    recorded = swap.endpoints if swap else ()
    return Sight(live, tuple(sorted(_endpoints(live, found, recorded))), _drift(live, found), found)


def live(site: Site, journal: Journal) -> Live:
    """The live release: as the journal tells, or, where it knows of none, as balancers and labels tell.

    Raises:
        UnclearProduction: neither gives one answer.
    """
    swap = _last_swap(site, journal)
    return swap.made_live if swap else _adopted(site, site.fleet.containers())


def recorded(site: Site, journal: Journal) -> Live | None:
    """The live release as the journal tells; None where it knows of none."""
    swap = _last_swap(site, journal)
    return swap.made_live if swap else None


def before(journal: Journal, app: str) -> Live | None:
    """What was live before the last committed deploy of an app, as the journal tells; None where it knows of none."""
    entry = journal.last_swap(app)
    if entry is None or not isinstance(entry.event, Swapped):
        return None
    resolved = (one.event for one in journal.of_deploy(entry.event.deploy) if isinstance(one.event, Resolved))
    return next((event.live for event in resolved), None)


def drift_from_main(site: Site, release: Live) -> str | None:
    """One sentence where the main branch does not have the live commit; else None."""
    if release.commit is None:
        return None
    main = site.settings.main
    try:
        comparison = site.code.compare(main, release.in_main or release.commit)
    except UnknownRef:
        return f"GitHub does not know the live commit {release.commit[:8]}"
    except Unavailable as error:
        return f"nobody can tell whether {main} has the live commit ({error.what}: {error.why})"
    return f"the live commit {release.commit[:8]} is not in {main}" if comparison.ahead_by else None


def _last_swap(site: Site, journal: Journal) -> Swap | None:
    entry = journal.last_swap(site.name)
    return entry.event if entry is not None and isinstance(entry.event, Swap) else None


def _endpoints(live: Live, found: Found, recorded: tuple[Endpoint, ...]) -> Iterator[Endpoint]:
    if live.deploy is None:
        return
    for host, containers in found.items():
        if isinstance(containers, HostFailed):
            yield from (endpoint for endpoint in recorded if endpoint.host == host)
        else:
            yield from (one.endpoint for one in containers if one.deploy == live.deploy and one.endpoint)


def _drift(live: Live, found: Found) -> str | None:
    answers = [containers for containers in found.values() if not isinstance(containers, HostFailed)]
    if live.commit is None or not answers:
        return None
    running = {
        one.commit for containers in answers for one in containers if one.slot is live.slot and one.state == RUNNING
    }
    if running == {live.commit}:
        return None
    listed = ", ".join(sorted(commit[:8] for commit in running)) or "nothing"
    return f"the journal says {live.commit[:8]} is live, but the hosts run {listed}"


def _adopted(site: Site, found: Found) -> Live:
    """What a journal that knows of nothing has to believe: only what balancers and labels tell with one voice."""
    containers = list(_all(site, found))
    if not containers:
        return Live(Slot.BLUE)
    slot = _stable_slot(site)
    releases = {(one.deploy, one.commit) for one in containers if one.slot is slot}
    if len(releases) != 1:
        what = "several releases have" if releases else "no release has"
        raise UnclearProduction(site.name, f"{what} containers in the slot {slot}, which is the balancers' stable one")
    (release,) = releases
    return Live(slot, *release)


def _all(site: Site, found: Found) -> Iterator[Container]:
    for host, containers in found.items():
        if isinstance(containers, HostFailed):
            raise UnclearProduction(site.name, f"{host} {containers.reason}")
        yield from containers


def _stable_slot(site: Site) -> Slot:
    slots = set()
    for name, answer in site.balancers.read().items():
        if not isinstance(answer, Traffic):
            raise UnclearProduction(site.name, f"the balancer {name} does not say which slot is the stable one")
        slots.add(answer.routing.stable)
    if len(slots) != 1:
        raise UnclearProduction(site.name, "the balancers do not agree on the stable slot")
    return slots.pop()
