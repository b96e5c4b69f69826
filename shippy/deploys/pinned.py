"""Sees what others do to the branches while a deploy, pinned to its one commit, waits for people."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

import gevent

from shippy.deploys import merging
from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.errors import ShippyError
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
        self._logged: dict[str, str] = {}

    def run(self) -> None:
        """Every app by itself, because a GitHub that is slow about one should hold up no other."""
        looks = [partial(self.look, site) for site in self._deploys.sites.values()]
        watching = [gevent.spawn(self._again_and_again, look) for look in looks]
        try:
            gevent.joinall(watching)
        finally:
            gevent.killall(watching)

    def look(self, site: Site) -> None:
        """Ask about the app's deploy, if one waits and it is time.

        Raises:
            JournalFailed: something has moved on and could not be recorded; it is found again.
        """
        session = next((one for one in self._deploys.locks if one.deploy.app == site.name), None)
        if session is None or not _waits(session) or not self._is_due(session):
            return
        try:
            stands = site.code.standing(merging.revision_of(session), site.settings.main)
        except ShippyError as error:
            self._log_once(site, str(error))
            return
        self._logged.pop(site.name, None)
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

    def _again_and_again(self, look: partial[None]) -> None:
        while True:
            try:
                look()
            except ShippyError as error:
                log.warning("what has moved on could not be recorded: %s", error)
            except Exception:
                # The greenlet's error boundary: the next look may go well.
                log.exception("a bug while looking at what has moved on")
            self._deploys.clock.sleep(LOOK_SECONDS)

    def _log_once(self, site: Site, trouble: str) -> None:
        if self._logged.get(site.name) != trouble:
            log.warning("what has moved on beside the deploy of %s cannot be told: %s", site.name, trouble)
            self._logged[site.name] = trouble


def _waits(session: Session) -> bool:
    return session.deploy.phase in WAITING and not session.busy
