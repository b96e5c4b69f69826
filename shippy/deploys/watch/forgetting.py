"""Removes images from the hosts that no release of late was made of, so that their disks do not fill."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from shippy.config.prefetch import Mode
from shippy.deploys import images
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.deploys.watch.lookout import Lookout
from shippy.errors import HostFailed
from shippy.model import Image

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
FORGET_EVERY = timedelta(hours=1)
"""Seldom enough for a deploy that was aborted to find its image still there when it is shipped again."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Forgetting:
    """Once an hour, and never while a deploy is preparing, or doing anything else.

    What is pulled ahead stays; as long as GitHub has not told which images these are, nothing is removed.

    It has a greenlet of its own: a disk takes its time to remove an image. What fails is logged, and tried again.
    """

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._done: dict[str, datetime] = {}

    def run(self) -> None:
        Lookout("old images", self.look, LOOK_SECONDS, self._deploys.clock).run()

    def look(self) -> None:
        """Remove old images of the apps for which it is time."""
        for site in self._deploys.sites.values():
            now = self._deploys.clock.now()
            if now - self._done.get(site.name, _LONG_AGO) < FORGET_EVERY or self._busy() or self._waits(site):
                continue
            self._done[site.name] = now
            self._forget(site)

    def _busy(self) -> bool:
        """Whether any deploy may be about to use an image: apps can share a repository."""
        return any(session.busy for session in self._deploys.locks)

    def _waits(self, site: Site) -> bool:
        """Whether it is not known yet what is to be on the hosts ahead, of any app with images of the same name."""
        alike = (one for one in self._deploys.sites.values() if images.repository(one) == images.repository(site))
        asking = (one.name for one in alike if one.settings.prefetch.mode is not Mode.OFF)
        return any(name not in self._deploys.prefetched for name in asking)

    def _forget(self, site: Site) -> None:
        """A journal that knows of no live release of the app may be a new one: then nothing is removed."""
        journal = self._deploys.journal
        if not images.of_last_releases(site, journal):
            return
        for host, outcome in site.fleet.forget(self._kept()).items():
            if isinstance(outcome, HostFailed):
                log.warning("%s keeps its old images of %s: %s", host, site.name, outcome.reason)
            elif outcome:
                log.info("%s: removed the images %s", host, ", ".join(outcome))

    def _kept(self) -> set[Image]:
        """Those of the last live releases, of the deploys that run, and of what is pulled ahead, of all apps."""
        running = (session.deploy for session in self._deploys.locks)
        kept = images.in_use(self._deploys.sites.values(), self._deploys.journal, running)
        return kept | {each.image for ahead in self._deploys.prefetched.values() for each in ahead}
