"""Releases that the public has left and whose containers stay for a while (`traffic.warm`)."""

from __future__ import annotations

import logging

import gevent

from shippy.deploys.committing import retire_previous
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.ports import Clock

log = logging.getLogger(__name__)


class WarmReleases:
    """At most one warm release an app: each is retired when its time is over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timers: dict[str, gevent.Greenlet[..., None]] = {}

    def keep(self, session: Session, site: Site, seconds: float | None = None) -> None:
        """Retire what the deploy of this session has replaced, `traffic.warm` (or so many) seconds from now."""
        self.end(site.name)
        delay = site.settings.traffic.warm if seconds is None else seconds
        self._timers[site.name] = gevent.spawn_later(delay, self._retire, session, site)

    def end(self, app: str) -> None:
        """Stop waiting: a deploy that begins now takes the warm release's slot, and removes it itself."""
        timer = self._timers.pop(app, None)
        if timer is not None:
            timer.kill()

    def wait(self, app: str) -> None:
        """Wait until the app's warm release is retired, if there is one."""
        timer = self._timers.get(app)
        if timer is not None:
            timer.join()

    def _retire(self, session: Session, site: Site) -> None:
        try:
            retire_previous(session, site, self._clock)
        except Exception:
            # The greenlet's error boundary: the containers stay, and the next deploy removes them.
            log.exception("a bug while the release before deploy %s was retired", session.deploy.id)
