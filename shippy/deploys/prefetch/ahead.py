"""Has the hosts of one app pull what will be shipped next, and remove what will not."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import gevent
from gevent.lock import BoundedSemaphore

from shippy.deploys import images
from shippy.deploys.prefetch import room
from shippy.deploys.prefetch.candidates import Candidates
from shippy.deploys.prefetch.room import Stored
from shippy.deploys.register import Register
from shippy.deploys.site import Site
from shippy.errors import HostFailed, Unavailable
from shippy.model import Image, Prefetched

log = logging.getLogger(__name__)

HOSTS_EVERY = timedelta(minutes=5)
"""Between two looks at the hosts where nothing has changed: a host may have been away."""

GLANCE_SECONDS = 0.1
"""How soon a pull makes way for a deploy."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Ahead:
    """The images that one app's hosts have ahead. What they are is worked out anew from GitHub and the hosts alone.

    `interrupted` tells that the last look made way for a deploy, and is to be made up for.

    Args:
        pulling: is held while an image is pulled, so that only one is, of whichever app.
    """

    def __init__(self, deploys: Register, site: Site, pulling: BoundedSemaphore) -> None:
        self.interrupted = False
        self._deploys = deploys
        self._site = site
        self._pulling = pulling
        self._candidates = Candidates(site, deploys.clock)
        self._sizes: dict[str, int] = {}
        self._had: frozenset[str] = frozenset()
        self._settled: tuple[Prefetched, ...] | None = None
        self._settled_at = _LONG_AGO
        self._not_before = _LONG_AGO

    def look(self) -> None:
        """Ask GitHub what is to be there, and bring that about, unless a deploy is at work.

        Raises:
            Unavailable: GitHub, or the registry, does not tell; nothing has changed.
        """
        now = self._deploys.clock.now()
        self.interrupted = False
        if now < self._not_before:
            return
        try:
            wanted = self._candidates.look()
        except Unavailable as error:
            self._not_before = now + timedelta(seconds=error.retry_after or 0)
            raise
        self._publish(wanted)
        if wanted != self._settled or now - self._settled_at >= HOSTS_EVERY:
            self.interrupted = not self._bring(wanted)
            self._settled, self._settled_at = None if self.interrupted else wanted, now

    def _publish(self, wanted: tuple[Prefetched, ...]) -> tuple[Prefetched, ...]:
        """Let everybody know what is to be there: as much of it as there is room for."""
        chosen = room.fitting(wanted, self._sizes, self._site.settings.prefetch.budget)
        self._deploys.prefetched[self._site.name] = chosen
        return chosen

    def _bring(self, wanted: tuple[Prefetched, ...]) -> bool:
        """Remove what is not wanted any more, and have what is missing pulled, one after the other.

        Returns:
            False: a deploy has begun, and there is something left to do.
        """
        tried: set[str] = set()
        while True:
            stored = self._stored(wanted)
            chosen = self._publish(wanted)
            if self._deploys.at_work:
                return False
            self._remove(stored, chosen)
            lacking = (one for one in chosen if room.missing(one.image.digest, stored))
            each = next((one for one in lacking if one.image.digest not in tried), None)
            if each is None:
                return True
            tried.add(each.image.digest)
            if not self._pull(each):
                return False

    def _stored(self, wanted: tuple[Prefetched, ...]) -> Stored:
        """What the hosts have that answer. Sizes are remembered: what was too large once need not be pulled again."""
        found = self._site.fleet.images()
        answers = {host: there for host, there in found.items() if not isinstance(there, HostFailed)}
        stored = {host: {image.digest: image.size for image in there} for host, there in answers.items()}
        known = {digest: size for digest, size in self._sizes.items() if digest in room.digests(wanted)}
        self._sizes = known | room.sizes_of(stored)
        return stored

    def _remove(self, stored: Stored, chosen: Collection[Prefetched]) -> None:
        """Take away what was pulled ahead and is not wanted any more; where room is needed, all that nobody needs."""
        releases = images.of_last_releases(self._site, self._deploys.journal)
        kept = room.digests(chosen) | self._kept()
        leftovers = room.all_of(stored) - kept
        self._had = (self._had & room.all_of(stored)) | room.digests(chosen)
        crowded = room.taken(room.digests(chosen) | leftovers, stored) > self._site.settings.prefetch.budget
        unwanted = leftovers if crowded and releases else leftovers & self._had
        if not unwanted:
            return
        stay = [Image("", digest) for digest in (room.all_of(stored) | kept) - unwanted]
        for host, outcome in self._site.fleet.forget(stay).items():
            if isinstance(outcome, HostFailed):
                log.warning("%s keeps images of %s that were pulled ahead: %s", host, self._site.name, outcome.reason)
            elif outcome:
                log.info("%s: removed the images %s", host, ", ".join(outcome))

    def _kept(self) -> frozenset[str]:
        """What others need: releases, deploys, and what is ahead of apps with images of the same name."""
        sites, running = self._deploys.sites.values(), (session.deploy for session in self._deploys.locks)
        ahead = (self._deploys.prefetched.get(one.name, ()) for one in sites if one is not self._site)
        used = images.in_use(sites, self._deploys.journal, running)
        return frozenset(image.digest for image in used) | {one.image.digest for each in ahead for one in each}

    def _pull(self, each: Prefetched) -> bool:
        """Have all hosts pull an image. False: a deploy has begun, and comes first."""
        with self._pulling:
            pulling = gevent.spawn(self._site.fleet.pull, each.image, lambda _: None)
            try:
                while not pulling.ready():
                    if self._deploys.at_work:
                        return False
                    pulling.join(timeout=GLANCE_SECONDS)
                failures = pulling.get()
            finally:
                pulling.kill()
        app, ref, having = self._site.name, each.revision.ref, len(self._site.fleet.hosts) - len(failures)
        for host, failure in failures.items():
            log.warning("%s does not have the image of %s (%s) ahead: %s", host, ref, app, failure.reason)
        log.info("%s: the image of %s is there ahead, on %d hosts: %s", app, ref, having, each.image.pinned)
        return True
