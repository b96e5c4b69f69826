"""Sees what others do to the branches while a deploy, pinned to its one commit, waits for people."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps import merging
from shippy.deploys.watch.lookout import Lookout, side_by_side
from shippy.model import Phase

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
ASK_EVERY = timedelta(seconds=30)
"""Between two times that GitHub is asked about a deploy: two or three requests, of the 5,000 that an hour has."""

WAITING = {Phase.VERIFYING, Phase.ROLLING, Phase.UNMERGED}
"""The phases that last as long as people let them."""


class PinnedWatch:
    """Asks GitHub about every running deploy, for ever, and records what has moved on. It changes nothing."""

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._asked: dict[str, tuple[str, datetime]] = {}

    def run(self) -> None:
        side_by_side(self._lookout(site).run for site in self._deploys.sites.values())

    def _lookout(self, site: Site) -> Lookout:
        what = f"what has moved on beside the deploy of {site.name}"
        return Lookout(what, partial(self.look, site), LOOK_SECONDS, self._deploys.clock)

    def look(self, site: Site) -> None:
        """Ask about the app's deploy, if one waits and it is time.

        Raises:
            Unavailable, UnknownRef: GitHub does not tell; it is asked again when it is time.
            JournalFailed: something has moved on and could not be recorded; it is found again.
        """
        session = next((one for one in self._deploys.locks if one.deploy.app == site.name), None)
        if session is None or not _waits(session) or not self._is_due(session):
            return
        stands = site.code.standing(merging.revision_of(session), site.settings.main)
        # A step that has begun meanwhile may have merged it, or taken it back.
        if _waits(session) and session in self._deploys.locks:
            merging.note_moves(session, site, stands)

    def _is_due(self, session: Session) -> bool:
        deploy, now = session.deploy, self._deploys.clock.now()
        asked, at = self._asked.get(deploy.app, ("", now))
        if asked == deploy.id and now - at < ASK_EVERY:
            return False
        self._asked[deploy.app] = (deploy.id, now)
        return True


def _waits(session: Session) -> bool:
    return session.deploy.phase in WAITING and not session.busy
