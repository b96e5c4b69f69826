"""Takes the steps of the shares that climb by themselves, when they are due."""

from __future__ import annotations

import logging
from functools import partial

from gevent.event import Event as Flag

from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.climbing import take_step
from shippy.deploys.steps.rolling import stop_climb
from shippy.deploys.watch.lookout import side_by_side
from shippy.errors import ShippyError

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""A step comes at most so much after its time."""


class Climber:
    """Looks at every running deploy until it is stopped.

    What is due is in the journal alone, so that a restarted daemon goes on. The time to the next step begins with the
    last one: what a daemon has missed while it was away is one step, and not many.
    """

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._stopping = Flag()

    def run(self) -> None:
        """Every app by itself: a balancer that does not answer holds up no other app's climb."""
        side_by_side(partial(self._watch, site) for site in self._deploys.sites.values())

    def stop(self) -> None:
        """Take no more steps; `run` ends once the one that is in flight has."""
        self._stopping.set()

    def look(self, site: Site) -> None:
        """Take the next step of the app's running deploy, if it is due."""
        for session in [session for session in self._deploys.locks if session.deploy.app == site.name]:
            if self._is_due(session):
                self._take_step(session, site)

    def _is_due(self, session: Session) -> bool:
        ramp = session.deploy.ramp
        if ramp is None or ramp.due is None or session.busy:
            return False
        return ramp.due <= self._deploys.clock.now()

    def _take_step(self, session: Session, site: Site) -> None:
        try:
            take_step(session, site, self._deploys.clock)
        except ShippyError as error:
            log.warning("%s: a step of the climb was not taken: %s", site.name, error)
        except Exception:
            # A boundary: a bug must neither end the looking, nor move the traffic again and again.
            log.exception("a bug in a step of the climb of %s", site.name)
            stop_climb(session, "shippy ran into a bug, which its log tells about")

    def _watch(self, site: Site) -> None:
        while not self._stopping.is_set():
            self.look(site)
            self._stopping.wait(LOOK_SECONDS)
