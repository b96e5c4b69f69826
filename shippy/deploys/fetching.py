"""The image of a release, found and pulled while the checks run."""

from __future__ import annotations

from collections.abc import Callable

from shippy.deploys import images
from shippy.deploys.images import Found
from shippy.deploys.session import Step
from shippy.deploys.site import Site
from shippy.errors import HostFailed, ImageNotFound
from shippy.model import HostProgress
from shippy.ports import Journal


class Fetching:
    """Asks for a commit's image, and has every host pull it, from now on until it is stopped.

    The checks take a while, and so does a pull; a host whose pull fails here fails once more in its preparation.

    Attributes:
        pulled: the hosts that have the image by now.
    """

    def __init__(self, site: Site, journal: Journal, commit: str, progressed: Callable[[HostProgress], None]) -> None:
        self.pulled: tuple[str, ...] = ()
        self._site = site
        self._journal = journal
        self._commit = commit
        self._progressed = progressed
        self._begin()

    def found(self) -> Found:
        """Wait for the image. Raises ImageNotFound, Unavailable."""
        return self._resolving.result()

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
        self._resolving = Step("the image", lambda: images.find(self._site, self._journal, self._commit))
        self._pulling = Step("the pull", self._pull)

    def _pull(self) -> None:
        self._site.fleet.pull(self.found().image, self._progressed, self._finished)

    def _finished(self, outcome: str | HostFailed) -> None:
        if not isinstance(outcome, HostFailed):
            self.pulled = (*self.pulled, outcome)
