"""Holds the balancers to the recorded state: one that was restarted, or was away, is brought back to it.

What runs is looked at too, more rarely: Docker may have restarted a container, and given it another port.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import gevent

from shippy.deploys import production, traffic
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.errors import HostFailed, ShippyError
from shippy.events import Moved
from shippy.model import Deploy, Endpoint, Slot, Traffic

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Between two looks at the balancers: a restarted one is right again within a second."""

HOSTS_EVERY = 20
"""The hosts are looked at every so many looks: ten seconds apart."""


class Reconciler:
    """Looks at every app's balancers and hosts, for ever, whenever no deploy is changing them itself."""

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._resting: dict[str, Traffic] = {}
        self._trouble: dict[str, str] = {}

    def run(self) -> None:
        """Every app by itself, so that one whose balancer does not answer holds up no other."""
        watching = [gevent.spawn(self._watch, site) for site in self._deploys.sites.values()]
        try:
            gevent.joinall(watching)
        finally:
            gevent.killall(watching)

    def _watch(self, site: Site) -> None:
        looks = 0
        while True:
            try:
                self.look(site, hosts_too=looks % HOSTS_EVERY == 0)
            except ShippyError as error:
                self._tell_once(site, str(error))
            except Exception:
                # The greenlet's error boundary: the next look may go well.
                log.exception("a bug while looking at the balancers of %s", site.name)
            else:
                self._trouble.pop(site.name, None)
            looks += 1
            self._deploys.clock.sleep(LOOK_SECONDS)

    def look(self, site: Site, *, hosts_too: bool = True) -> None:
        """Compare what every balancer of an app does with what it should, and mend what differs."""
        if self._busy(site):
            return
        if hosts_too:
            self._look_at_hosts(site)
        wanted = self._wanted(site)
        answers = site.balancers.read()
        wrong = [name for name, found in answers.items() if isinstance(found, Traffic) and found != wanted]
        # A deploy may have begun to change things while the balancers were read.
        if wrong and not self._busy(site) and wanted == self._wanted(site):
            failures = site.balancers.force(wanted)
            log.warning("%s: %s had not the recorded state and got it; failures: %s", site.name, wrong, dict(failures))

    def _busy(self, site: Site) -> bool:
        return self._deploys.locks.busy(site.name)

    def _look_at_hosts(self, site: Site) -> None:
        session = self._deploys.latest(site.name)
        if session is None:
            self._resting[site.name] = self._at_rest(site)
            return
        for slot, endpoint in list(_moved(session.deploy, site)):
            if not self._busy(site):
                session.record(Moved(*session.key, slot=slot, endpoint=endpoint))

    def _wanted(self, site: Site) -> Traffic:
        session = self._deploys.latest(site.name)
        if session is not None:
            return traffic.wanted(session.deploy)
        if site.name not in self._resting:
            self._resting[site.name] = self._at_rest(site)
        return self._resting[site.name]

    def _at_rest(self, site: Site) -> Traffic:
        sight = production.look(site, self._deploys.journal)
        return traffic.at_rest(sight.live, sight.endpoints)

    def _tell_once(self, site: Site, trouble: str) -> None:
        if self._trouble.get(site.name) != trouble:
            log.warning("the balancers of %s cannot be looked at: %s", site.name, trouble)
            self._trouble[site.name] = trouble


def _moved(deploy: Deploy, site: Site) -> Iterator[tuple[Slot, Endpoint]]:
    """The endpoints that containers of the deploy, or of the release before it, have now and had not."""
    known = {endpoint.host: endpoint for endpoint in deploy.ready}
    known_stable = {endpoint.host: endpoint for endpoint in deploy.stable_endpoints}
    for containers in site.fleet.containers().values():
        if isinstance(containers, HostFailed):
            continue
        for one in containers:
            expected = known if one.deploy == deploy.id else known_stable if one.deploy == deploy.live.deploy else {}
            if one.endpoint and one.host in expected and expected[one.host] != one.endpoint:
                yield one.slot, one.endpoint
