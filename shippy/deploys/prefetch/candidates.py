"""Which open pull requests of an app have an image that is worth having on the hosts: those whose build is green."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from shippy.checks import run_checks
from shippy.checks.table import CHECKS
from shippy.config.prefetch import Mode
from shippy.deploys.people import SHIPPY
from shippy.deploys.site import Site
from shippy.deploys.steps.checking import subject_of
from shippy.errors import ImageNotFound, Unavailable
from shippy.model import Image, OpenPull, Prefetched, Revision, Verdict
from shippy.ports import Clock

log = logging.getLogger(__name__)

BUILDS_LOOKED_AT = 30
"""The builds of so many pull requests are asked for, two requests each, until as many are green as are kept."""

ASK_AGAIN_AFTER = timedelta(minutes=2)
"""Between two times that the registry is asked for an image that it did not have, though the build is green."""

STATUSES = "statuses"


class Candidates:
    """Asks GitHub and the registry. What is found in the registry is asked for once, as long as its build is green."""

    def __init__(self, site: Site, clock: Clock) -> None:
        self._site = site
        self._clock = clock
        self._judged_by = _judged_by(site)
        self._images: dict[str, Image] = {}
        self._without: dict[str, datetime] = {}

    def look(self) -> tuple[Prefetched, ...]:
        """Those that have changed last come first; no two are of one image.

        Raises:
            Unavailable: GitHub, or the registry, does not tell.
        """
        green = list(islice(self._green(), self._site.settings.prefetch.keep))
        commits = {revision.commit for revision in green}
        self._images = {commit: image for commit, image in self._images.items() if commit in commits}
        self._without = {commit: asked for commit, asked in self._without.items() if commit in commits}
        found: dict[str, Prefetched] = {}
        for revision in green:
            image = self._image_of(revision)
            if image is not None:
                found.setdefault(image.digest, Prefetched(revision, image))
        return tuple(found.values())

    def _green(self) -> Iterator[Revision]:
        meant = (pull.revision for pull in self._site.code.open_pulls() if self._is_meant(pull))
        return (revision for revision in islice(meant, BUILDS_LOOKED_AT) if self._is_green(revision))

    def _is_meant(self, pull: OpenPull) -> bool:
        settings = self._site.settings
        if pull.revision.fork is not None and not settings.forks:
            return False
        if settings.prefetch.mode is Mode.ON:
            return not pull.draft
        # GitHub's labels are the same in small and capital letters.
        return settings.prefetch.label.casefold() in {label.casefold() for label in pull.labels}

    def _is_green(self, revision: Revision) -> bool:
        """Whether the app's own check of the statuses passes. What cannot be read is no answer."""
        subject = subject_of(self._judged_by, revision, SHIPPY, self._clock)
        results = run_checks(subject, {STATUSES: CHECKS[STATUSES]})
        unreadable = next((one for one in results if one.verdict is Verdict.UNREADABLE), None)
        if unreadable is not None:
            raise Unavailable(f"the build of {revision.ref}", unreadable.detail)
        return not any(result.in_the_way for result in results)

    def _image_of(self, revision: Revision) -> Image | None:
        commit, now = revision.commit, self._clock.now()
        if commit in self._without and now - self._without[commit] < ASK_AGAIN_AFTER:
            return None
        if commit not in self._images:
            reference = self._site.settings.image.replace("{commit}", commit)
            try:
                self._images[commit] = self._site.fleet.resolve(reference)
            except ImageNotFound:
                if commit not in self._without:
                    log.info("%s: the build of %s is green, but there is no image yet", self._site.name, revision.ref)
                self._without[commit] = now
                return None
        return self._images[commit]


def _judged_by(site: Site) -> Site:
    """The app, with the statuses that tell of its builds as those that are required."""
    statuses = site.settings.prefetch.statuses
    if not statuses:
        return site
    checks = site.settings.checks.model_copy(update={"statuses": statuses})
    return replace(site, settings=site.settings.model_copy(update={"checks": checks}))
