"""The image of a release, found and pulled while the checks run."""

from __future__ import annotations

from collections.abc import Callable

from gevent.event import Event

from shippy.deploys import images
from shippy.deploys.images import Found
from shippy.deploys.session import Step
from shippy.deploys.site import Site
from shippy.errors import HostFailed, ImageNotFound
from shippy.model import HostProgress, HostStep, Image
from shippy.ports import Journal


class Fetching:
    """Asks for a commit's image, and has every host pull it, from now on until it is stopped.

    The checks take a while, and so does a pull; a host whose pull fails here fails once more in its preparation.

    Attributes:
        pulled: the hosts that have the image by now.
        there: those of them that had it already.
    """

    def __init__(self, site: Site, journal: Journal, commit: str, progressed: Callable[[HostProgress], None]) -> None:
        self.pulled: tuple[str, ...] = ()
        self.there: tuple[str, ...] = ()
        self._pulling_now: set[str] = set()
        self._site = site
        self._journal = journal
        self._commit = commit
        self._progressed = progressed
        self._begin()

    def found(self) -> Found:
        """Wait for the image. Raises ImageNotFound, Unavailable."""
        return self._resolving.result()

    def brought(self) -> Image:
        """Wait until a host has the image, or none can have it any more.

        Raises:
            ImageNotFound: there is none. Whoever asks next finds out anew: it may be that it is being built.
            Unavailable: the registry does not answer.
        """
        try:
            image = self.found().image
        except ImageNotFound:
            self.stop()
            self._begin()
            raise
        self._on_a_host.wait()
        return image

    def try_again(self) -> None:
        """Begin anew where there was no such image: what builds it may be what the checks have waited for."""
        try:
            self.found()
        except ImageNotFound:
            self.stop()
            self._begin()

    def stop(self) -> None:
        self._pulling.stop()
        self._resolving.stop()

    def _begin(self) -> None:
        self._on_a_host = Event()
        self._resolving = Step("the image", lambda: images.find(self._site, self._journal, self._commit))
        self._pulling = Step("the pull", self._pull)

    def _pull(self) -> None:
        try:
            self._site.fleet.pull(self.found().image, self._reported, self._finished)
        finally:
            self._on_a_host.set()

    def _reported(self, progress: HostProgress) -> None:
        if progress.step is HostStep.PULLING:
            self._pulling_now.add(progress.host)
        self._progressed(progress)

    def _finished(self, outcome: str | HostFailed) -> None:
        if not isinstance(outcome, HostFailed):
            self.pulled = (*self.pulled, outcome)
            if outcome not in self._pulling_now:
                self.there = (*self.there, outcome)
            self._on_a_host.set()
