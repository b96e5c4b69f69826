"""The app's images on one host: what brings them there, and what removes those that nobody needs any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from gevent.lock import BoundedSemaphore

from shippy.backend.docker import pull as docker_pull
from shippy.backend.docker.engine import Engine
from shippy.backend.engine.errors import Conflict, NotFound
from shippy.errors import HostFailed
from shippy.model import HostProgress, HostStep, Image, StoredImage

MOST_AT_ONCE = 20
"""How many images one call removes from a host: what is left is for the next one."""


class HostImages:
    """The images of one repository on one host. An image that is being brought there is not removed meanwhile.

    `turns` to pull are shared by all hosts of an app.
    """

    def __init__(self, engine: Engine, repository: str, turns: BoundedSemaphore | None = None) -> None:
        self._engine = engine
        self._repository = familiar(repository)
        self._turns = turns or BoundedSemaphore(1)
        self._asked_for: set[str] = set()
        self._one_at_a_time = BoundedSemaphore(1)
        self._pulling = BoundedSemaphore(1)
        self._failed: tuple[float, Image, HostFailed] | None = None
        self._here: set[str] = set()

    def bring(self, image: Image, report: Callable[[HostProgress], None]) -> None:
        """See docker_pull.pull. Who comes while an image is being pulled waits for that, and has what it came to.

        One that was brought here before is taken to be here: see `lost`.
        """
        came = time.monotonic()
        with self._one_at_a_time:
            self._asked_for.add(image.digest)
        with self._pulling:
            if self._failed and self._failed[0] >= came and self._failed[1] == image:
                raise self._failed[2]
            if image.digest in self._here:
                return
            try:
                docker_pull.pull(self._engine, image, self._turns, report)
            except HostFailed as failure:
                self._failed = time.monotonic(), image, failure
                raise
            self._here.add(image.digest)

    def lost(self, image: Image) -> None:
        """The engine says that it has no such image: somebody has removed it since it was brought here."""
        self._here.discard(image.digest)

    def stored(self) -> tuple[StoredImage, ...]:
        """The images that were pulled by a digest, in use or not."""
        with self._engine.asked(HostStep.CONNECTING, self._engine.time_outs.ask) as client:
            images = client.images()
        return tuple(StoredImage(digest, image["Size"]) for image in images for _, digest in self._names(image))

    def forget(self, keep: frozenset[str]) -> tuple[str, ...]:
        """Remove the images that were pulled by a digest, but those with the digests to keep; returns what was removed.

        Whatever a container is made of stays, and so does what has a tag of this repository: shippy gives none.
        """
        self._asked_for.clear()
        self._here.clear()
        found = self._unused(keep)
        return tuple(pinned for pinned, digest in list(found.items())[:MOST_AT_ONCE] if self._remove(pinned, digest))

    def _unused(self, keep: frozenset[str]) -> Mapping[str, str]:
        """The digests of images that are not to be kept, by what the engine calls each."""
        # Images first: a container that is created in between is of an image that was asked for, or is seen.
        with self._engine.asked(HostStep.REMOVING, self._engine.time_outs.ask) as client:
            images = client.images()
        with self._engine.asked(HostStep.REMOVING, self._engine.time_outs.ask) as client:
            in_use = {entry["ImageID"] for entry in client.containers(all=True)}
        unused = (image for image in images if image["Id"] not in in_use)
        named = (name for image in unused for name in self._names(image))
        return {pinned: digest for pinned, digest in named if digest not in keep}

    def _names(self, image: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What an image is called in the repository by a digest, unless it has a tag there as well."""
        # An engine tells null where there are none.
        if any(tag.rpartition(":")[0] == self._repository for tag in image["RepoTags"] or ()):
            return []
        names = (name.partition("@") for name in image["RepoDigests"] or ())
        return [(f"{repository}@{digest}", digest) for repository, _, digest in names if repository == self._repository]

    def _remove(self, pinned: str, digest: str) -> bool:
        """Take the name away, and with the last one that the image has, the image."""
        with self._one_at_a_time:
            if digest in self._asked_for:
                return False
            with self._engine.asked(HostStep.REMOVING, self._engine.time_outs.change) as client:
                try:
                    client.remove_image(pinned, noprune=True)
                except (NotFound, Conflict):
                    # Somebody else has removed it since, or made a container of it.
                    return False
        return True


def familiar(repository: str) -> str:
    """How an engine lists a repository: without what stands for Docker Hub."""
    return repository.removeprefix("docker.io/").removeprefix("library/")
