"""The images of the last live releases: they stay on the hosts, so that going back to one needs no registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from shippy.deploys.site import Site
from shippy.errors import Unavailable
from shippy.events import ImageResolved, Swap
from shippy.model import Deploy, Image
from shippy.ports import Journal

SWAPS_LOOKED_THROUGH = 50
"""How many changes of the live release are looked through for as many different images as are kept."""


@dataclass(frozen=True, slots=True)
class Found:
    """`recorded` tells that the image is not the registry's answer, but the journal's."""

    image: Image
    recorded: bool = False


def find(site: Site, journal: Journal, commit: str) -> Found:
    """The image of a commit, as the registry tells.

    Where that does not answer, it is the image that the commit had when it was live, if it was one of the last
    releases, whose images are kept. One that the registry says it does not have is never looked for.

    Raises:
        ImageNotFound: the registry does not have it.
        Unavailable: the registry does not answer, and the commit was not live lately.
    """
    reference = site.settings.image.replace("{commit}", commit)
    try:
        return Found(site.fleet.resolve(reference))
    except Unavailable:
        kept = (image for image in of_last_releases(site, journal) if image.reference == reference)
        image = next(kept, None)
        if image is None:
            raise
        return Found(image, recorded=True)


def of_last_releases(site: Site, journal: Journal) -> tuple[Image, ...]:
    """The images of the last live releases, as many different ones as the app's hosts keep, newest first."""
    swaps = (entry.event for entry in journal.swaps(site.name, SWAPS_LOOKED_THROUGH))
    deploys = dict.fromkeys(swap.made_live.deploy for swap in swaps if isinstance(swap, Swap))
    found = (_of_deploy(journal, deploy) for deploy in deploys if deploy is not None)
    images = dict.fromkeys(image for image in found if image is not None)
    return tuple(islice(images, site.settings.container.images))


def repository(site: Site) -> str:
    """What all images of an app are called, without what tells its commits apart."""
    return Image(site.settings.image, "").repository


def in_use(sites: Iterable[Site], journal: Journal, running: Iterable[Deploy]) -> set[Image]:
    """Those of the last live releases of these apps, and of deploys that run."""
    kept = {image for site in sites for image in of_last_releases(site, journal)}
    return kept | {deploy.image for deploy in running if deploy.image}


def was_live(site: Site, journal: Journal, commit: str) -> bool:
    """Whether a commit has been live lately."""
    swaps = (entry.event for entry in journal.swaps(site.name, SWAPS_LOOKED_THROUGH))
    return any(swap.made_live.commit == commit for swap in swaps if isinstance(swap, Swap))


def _of_deploy(journal: Journal, deploy: str) -> Image | None:
    resolved = (entry.event for entry in journal.of_deploy(deploy))
    return next((event.image for event in resolved if isinstance(event, ImageResolved)), None)
