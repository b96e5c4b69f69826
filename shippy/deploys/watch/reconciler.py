"""Holds the balancers to the recorded state: one that was restarted, or was away, is brought back to it.

What runs on the hosts is looked at as well, more rarely and by itself: see shippy.deploys.watch.watching.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial

from shippy.deploys import production, traffic
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.deploys.watch.lookout import Lookout, side_by_side
from shippy.deploys.watch.troubles import Troubles
from shippy.deploys.watch.watching import HostWatch
from shippy.events import Entry, Part
from shippy.model import Deploy, Traffic

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Between two looks at the balancers: a restarted one is right again within a second."""

HOSTS_SECONDS = 5.0
"""Between two looks at the hosts: what has changed there is seen within ten seconds, an engine's answer included."""


class Reconciler:
    """Looks at every app's balancers and hosts, for ever, whenever no deploy is changing them itself.

    A step that takes long without moving traffic (a pull, the merge, a drain) does not keep it from the balancers.
    """

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._resting: dict[str, Traffic] = {}
        self._recorded_of: dict[str, tuple[Deploy, Traffic]] = {}
        self._found_right: dict[tuple[str, str], tuple[Traffic, Traffic]] = {}
        self._brought: dict[str, Traffic] = {}
        self._troubles = {
            name: Troubles(name, deploys.clock, deploys.seen, deploys.told(site))
            for name, site in deploys.sites.items()
        }
        self._hosts = HostWatch(deploys)

    def run(self) -> None:
        """Every app by itself, and its hosts apart from its balancers: what does not answer holds up nothing else."""
        side_by_side(lookout.run for site in self._deploys.sites.values() for lookout in self._lookouts(site))

    def _lookouts(self, site: Site) -> Iterator[Lookout]:
        clock = self._deploys.clock
        yield Lookout(f"the balancers of {site.name}", partial(self.look_at_balancers, site), LOOK_SECONDS, clock)
        yield Lookout(f"the hosts of {site.name}", partial(self.look_at_hosts, site), HOSTS_SECONDS, clock)

    def look(self, site: Site) -> None:
        """One look at everything: see the two below."""
        self.look_at_hosts(site)
        self.look_at_balancers(site)

    def look_at_hosts(self, site: Site) -> None:
        """See what the hosts of an app run, and mend what is not as recorded."""
        if self._busy(site):
            return
        if self._deploys.latest(site.name) is None:
            self._resting[site.name] = self._at_rest(site)
        self._hosts.look(site, self._troubles[site.name])

    def look_at_balancers(self, site: Site) -> None:
        """Compare what every balancer of an app does with what it should, and mend what differs."""
        if self._traffic_moves(site):
            return
        wanted, _ = before = self._recorded(site)
        answers = site.balancers.watch()
        # While the balancers were read, a deploy may have begun to move the traffic, or have moved it. If not, nothing
        # else runs between here and the moment in which `force` has the balancers for itself: a step that moves the
        # traffic from now on waits for that, and has the last word.
        if self._traffic_moves(site) or before != self._recorded(site):
            return
        wrong = [
            name
            for name, found in answers.items()
            if isinstance(found, Traffic) and not self._is_right((site.name, name), found, wanted)
        ]
        failures = site.balancers.force(wanted) if wrong else {}
        troubles = self._troubles[site.name]
        # What has only now been recorded (a container has moved) is brought about here, and nobody's mistake.
        if self._brought.get(site.name, wanted) == wanted:
            for name in (name for name in wrong if name not in failures):
                troubles.mended(Part.BALANCER, name)
        self._brought[site.name] = wanted
        silent = {name: answer.why for name, answer in answers.items() if not isinstance(answer, Traffic)}
        stubborn = {name: failures[name] for name in wrong if name in failures}
        if silent or stubborn or troubles:
            troubles.see(Part.BALANCER, silent | stubborn, [name for name in answers if name not in {*silent, *wrong}])

    def _busy(self, site: Site) -> bool:
        return self._deploys.locks.busy(site.name)

    def _traffic_moves(self, site: Site) -> bool:
        return self._deploys.locks.moves_traffic(site.name)

    def _recorded(self, site: Site) -> tuple[Traffic, Entry | None]:
        """What the balancers should do, and the last entry of the deploy that says so."""
        session = self._deploys.latest(site.name)
        return self._wanted(site), session.last if session else None

    def _is_right(self, balancer: tuple[str, str], found: Traffic, wanted: Traffic) -> bool:
        """Whether these are the same; of hundreds of endpoints, that is only found out once."""
        before = self._found_right.get(balancer)
        if before is not None and before[0] is found and before[1] is wanted:
            return True
        if found != wanted:
            return False
        self._found_right[balancer] = found, wanted
        return True

    def _wanted(self, site: Site) -> Traffic:
        session = self._deploys.latest(site.name)
        if session is not None:
            before = self._recorded_of.get(site.name)
            if before is None or before[0] is not session.deploy:
                before = self._recorded_of[site.name] = session.deploy, traffic.wanted(session.deploy)
            return before[1]
        if site.name not in self._resting:
            self._resting[site.name] = self._at_rest(site)
        return self._resting[site.name]

    def _at_rest(self, site: Site) -> Traffic:
        sight = production.look(site, self._deploys.journal)
        return traffic.at_rest(sight.live, sight.endpoints)
