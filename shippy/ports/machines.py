"""What a release runs on, how it gets its visitors, and what is measured of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from shippy.errors import HostFailed, Unavailable
from shippy.model import Container, Endpoint, HostProgress, Image, Pins, Release, Slot, SlotCounts, StoredImage, Traffic


class Fleet(Protocol):
    """The hosts of one app. Every call works on all hosts at once, and a host that fails holds up no other."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of all hosts, in the config's order."""

    def resolve(self, reference: str) -> Image:
        """The digest that an image reference stands for now, as the registry tells; no host's images change.

        Raises:
            ImageNotFound: the registry does not have it.
        """

    def pull(
        self,
        image: Image,
        report: Callable[[HostProgress], None],
        finished: Callable[[str | HostFailed], None] = lambda _: None,
    ) -> Mapping[str, HostFailed]:
        """Bring an image to every host ahead of its release; returns the failures. Safe to be killed.

        `finished` is called once a host, with its name as soon as it has the image, or with its failure.
        """

    def names(self, release: Release) -> Mapping[str, str]:
        """What the release's container is called on each host, by the host's name."""

    def prepare(
        self,
        release: Release,
        progress: Callable[[HostProgress], None],
        finished: Callable[[Endpoint | HostFailed], None],
        hosts: Collection[str] | None = None,
    ) -> None:
        """Pull, create and start a container of the release on every host (or these) and wait until each is healthy.

        Idempotent: a container of the same deploy that runs is kept. `finished` is called once a host, as soon as that
        host is ready or has failed; what a failed host had started is removed. What is left to be done where all went
        well (that engines start the containers again from now on) is done when this returns. Safe to be killed: a
        `remove` that follows waits for what was being created.
        """

    def remove(self, keep: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        """Stop (with the configured grace) and remove all containers of the app but those of the deploys to keep."""

    def sweep(self, deploys: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        """Stop and remove all containers of these deploys, which have ended, and no others."""

    def labels(self, image: Image) -> Mapping[str, str] | None:
        """The labels of an image, as one of the hosts tells that have it; None where no host that answers has it.

        Raises:
            Unavailable: no host answers.
        """

    def containers(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        """The containers of the app on each host, running or not, whichever deploy they are of."""

    def watch(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        """Like `containers`, for whoever looks again and again: apps that look at the same moment look together."""

    def images(self) -> Mapping[str, tuple[StoredImage, ...] | HostFailed]:
        """The app's images that `pull` has once brought to each host, in use or not, with their sizes."""

    def logs(self, deploy: str, hosts: Collection[str], lines: int) -> Mapping[str, tuple[str, ...] | HostFailed]:
        """The last lines that the deploy's container has written on each of these hosts, oldest first.

        At most so many, and each cut at 500 characters. A host without a container of the deploy is not in it.
        """

    def forget(self, keep: Collection[Image]) -> Mapping[str, tuple[str, ...] | HostFailed]:
        """Remove the app's images that `pull` has once brought to each host; returns those removed, pinned.

        What is kept are the images to keep, those that any container is made of, running or not, and what is being
        pulled meanwhile. It has nothing to do with images of other repositories, or with those that somebody has given
        a tag there.
        """


class Balancers(Protocol):
    """All balancers of one app. What is wanted is told whole; they work out the difference themselves."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def bring(self, wanted: Traffic) -> None:
        """Make every balancer do what is wanted, or none: read back from each, and put back where one refuses.

        Traffic goes to an endpoint only once the balancer itself holds it for up. Idempotent.

        Raises:
            BalancersRefused: no balancer has the change.
        """

    def force(self, wanted: Traffic) -> Mapping[str, str]:
        """Like `bring`, but on as many balancers as will: returns the reason of each that did not. For an abort."""

    def read(self) -> Mapping[str, Traffic | Unavailable]:
        """What each balancer does now."""

    def watch(self) -> Mapping[str, Traffic | Unavailable]:
        """Like `read`, for whoever looks again and again: at little cost, and the same object, where nothing changes.

        Called by one greenlet at a time.
        """

    def sessions(self, slot: Slot) -> int | None:
        """How many sessions are open to a slot, over all balancers that answer. None: one of these cannot tell."""

    def servers_up(self, slot: Slot) -> int:
        """How many servers of a slot would take a visitor, on the balancer that answers and has the fewest."""

    def counts(self) -> Mapping[str, SlotCounts | Unavailable]:
        """What each balancer has counted of each slot since it started, or why it does not tell."""

    def pins(self, deploy: str, until: datetime) -> Pins:
        """Links that show a deploy's candidate to one browser, at any share; every balancer checks them itself.

        They are secrets: whoever has them sees the candidate.

        Raises:
            NoPins: there can be none.
        """


class Metrics(Protocol):
    """A monitoring system that can be asked for numbers."""

    def value(self, query: str) -> float:
        """The number that a query of its own language stands for now. Raises Unavailable where it gives none."""
