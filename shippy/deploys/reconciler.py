"""Holds the balancers to the recorded state: one that was restarted, or was away, is brought back to it."""

from __future__ import annotations

import logging

from shippy.deploys import production, traffic
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.errors import ShippyError
from shippy.model import Traffic

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Between two looks at the balancers: a restarted one is right again within a second."""


class Reconciler:
    """Looks at every app's balancers, for ever, whenever no deploy is changing them itself."""

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._resting: dict[str, Traffic] = {}
        self._trouble: dict[str, str] = {}

    def run(self) -> None:
        while True:
            for site in self._deploys.sites.values():
                try:
                    self.look(site)
                except ShippyError as error:
                    self._tell_once(site, str(error))
                except Exception:
                    # The greenlet's error boundary: a bug over one app must not leave the others alone.
                    log.exception("a bug while looking at the balancers of %s", site.name)
                else:
                    self._trouble.pop(site.name, None)
            self._deploys.clock.sleep(LOOK_SECONDS)

    def look(self, site: Site) -> None:
        """Compare what every balancer of an app does with what it should, and mend what differs."""
        if self._deploys.busy(site.name):
            return
        wanted = self._wanted(site)
        answers = site.balancers.read()
        wrong = [name for name, found in answers.items() if isinstance(found, Traffic) and found != wanted]
        # A deploy may have begun to change things while the balancers were read.
        if wrong and not self._deploys.busy(site.name) and wanted == self._wanted(site):
            failures = site.balancers.force(wanted)
            log.warning("%s: %s had not the recorded state and got it; failures: %s", site.name, wrong, dict(failures))

    def _tell_once(self, site: Site, trouble: str) -> None:
        if self._trouble.get(site.name) != trouble:
            log.warning("the balancers of %s cannot be looked at: %s", site.name, trouble)
            self._trouble[site.name] = trouble

    def _wanted(self, site: Site) -> Traffic:
        deploy = self._deploys.latest(site.name)
        if deploy is not None:
            return traffic.wanted(deploy)
        if site.name not in self._resting:
            sight = production.look(site, self._deploys.journal)
            self._resting[site.name] = traffic.at_rest(sight.live, sight.endpoints)
        return self._resting[site.name]
