"""What time alone brings about: turns that are not taken, locks that end, deploys that stand still."""

from __future__ import annotations

import logging

from shippy.config.schema import Nags
from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.watch.lookout import Lookout
from shippy.events import StoodStill

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0


class Housekeeping:
    """Looks at the clock, for ever, and records what it has brought."""

    def __init__(self, deploys: Deploys, nags: Nags) -> None:
        self._deploys = deploys
        self._nags = nags

    def run(self) -> None:
        Lookout("what time brings", self.look, LOOK_SECONDS, self._deploys.clock).run()

    def look(self) -> None:
        self._deploys.catch_up()
        self._deploys.waiting.look_at_all()
        for session in self._deploys.locks:
            self._remind(session)

    def _remind(self, session: Session) -> None:
        """The owner of a deploy that waits for a person is reminded of it, rarely. One that climbs waits for nobody."""
        ramp = session.deploy.ramp
        if session.busy or not self._nags.after or (ramp is not None and ramp.due is not None):
            return
        still = (self._deploys.clock.now() - session.last.at).total_seconds()
        patience = self._nags.every if isinstance(session.last.event, StoodStill) else self._nags.after
        if still >= patience:
            seconds = (self._deploys.clock.now() - session.moved_at).total_seconds()
            session.record(StoodStill(*session.key, seconds=seconds))
