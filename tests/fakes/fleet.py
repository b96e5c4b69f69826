"""A fleet in memory, for tests of what stands on one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

import gevent

from shippy.errors import HostFailed, ImageNotFound, Unavailable
from shippy.model import Container, Endpoint, HostStep, Image, Release, StoredImage
from tests.fakes.hosts import FakeHost, Report, name_of

Result = TypeVar("Result")


class FakeFleet:
    """A Fleet whose hosts are FakeHosts, and whose registry has every image but those in `missing`.

    `calls` has each call as a tuple of its name and what it was about, in their order.
    """

    def __init__(self, hosts: Iterable[str] = ("web1", "web2", "web3")) -> None:
        self.host = {name: FakeHost(name, f"10.0.0.{10 + number}") for number, name in enumerate(hosts, start=1)}
        self.missing: set[str] = set()
        self.registry_down: str | None = None
        self.calls: list[tuple[str, object]] = []

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(self.host)

    def containers_of(self, deploy: str) -> list[Container]:
        """Every container of a deploy, on whichever host."""
        return [container for host in self.host.values() for container in host.of_deploy(deploy)]

    def resolve(self, reference: str) -> Image:
        self.calls.append(("resolve", reference))
        if self.registry_down:
            raise Unavailable("the registry", self.registry_down)
        if reference in self.missing:
            raise ImageNotFound(reference, "manifest unknown: manifest unknown")
        return Image(reference, "sha256:" + hashlib.sha256(reference.encode()).hexdigest())

    def pull(
        self, image: Image, report: Report, finished: Callable[[str | HostFailed], None] = lambda _: None
    ) -> Mapping[str, HostFailed]:
        self.calls.append(("pull", image))
        outcomes = on_each(self.host.values(), lambda host: host.pull(image, report), finished)
        return {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, HostFailed)}

    def label(self, reference: str, **labels: str) -> None:
        """Let the image with this reference have these labels."""
        for host in self.host.values():
            host.labels[reference] = labels

    def labels(self, image: Image) -> Mapping[str, str] | None:
        self.calls.append(("labels", image))
        outcomes = on_each(self.host.values(), lambda host: host.labels_of(image)).values()
        if all(isinstance(outcome, HostFailed) for outcome in outcomes):
            raise Unavailable("the image on the hosts", "none answers")
        return next((one for one in outcomes if one is not None and not isinstance(one, HostFailed)), None)

    def names(self, release: Release) -> Mapping[str, str]:
        return {name: name_of(release, name) for name in self.host}

    def prepare(
        self,
        release: Release,
        progress: Report,
        finished: Callable[[Endpoint | HostFailed], None],
        hosts: Collection[str] | None = None,
    ) -> None:
        self.calls.append(("prepare", release))
        chosen = [host for host in self.host.values() if hosts is None or host.name in hosts]
        on_each(chosen, lambda host: host.prepare(release, progress), finished)

    def remove(self, keep: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        kept = frozenset(keep)
        self.calls.append(("remove", kept))
        return on_each(self.host.values(), lambda host: host.remove(kept))

    def sweep(self, deploys: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        unwanted = frozenset(deploys)
        self.calls.append(("sweep", unwanted))
        return on_each(self.host.values(), lambda host: host.sweep(unwanted))

    def images(self) -> Mapping[str, tuple[StoredImage, ...] | HostFailed]:
        self.calls.append(("images", None))
        return on_each(self.host.values(), FakeHost.stored)

    def logs(self, deploy: str, hosts: Collection[str], lines: int) -> Mapping[str, tuple[str, ...] | HostFailed]:
        self.calls.append(("logs", deploy))
        asked = [host for host in self.host.values() if host.name in hosts]
        found = on_each(asked, lambda host: host.said_by(deploy, lines))
        return {name: said for name, said in found.items() if said is not None}

    def forget(self, keep: Collection[Image]) -> Mapping[str, tuple[str, ...] | HostFailed]:
        kept = frozenset(image.digest for image in keep)
        self.calls.append(("forget", kept))
        return on_each(self.host.values(), lambda host: host.forget(kept))

    def containers(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        self.calls.append(("containers", None))
        return on_each(self.host.values(), look)

    def watch(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        return self.containers()


def on_each(
    hosts: Collection[FakeHost],
    work: Callable[[FakeHost], Result],
    finished: Callable[[Result | HostFailed], None] = lambda _: None,
) -> dict[str, Result | HostFailed]:
    """What the work came to on each host, in their order. Ends with the work when it is killed itself."""
    greenlets = {gevent.spawn(outcome_of, work, host): host.name for host in hosts}
    outcomes = {}
    try:
        for greenlet in gevent.iwait(greenlets):
            outcomes[greenlets[greenlet]] = outcome = greenlet.get()
            finished(outcome)
    finally:
        gevent.killall(list(greenlets))
    return {host.name: outcomes[host.name] for host in hosts}


def look(host: FakeHost) -> tuple[Container, ...]:
    host.come_to(HostStep.CONNECTING)
    return tuple(host.containers.values())


def outcome_of(work: Callable[[FakeHost], Result], host: FakeHost) -> Result | HostFailed:
    try:
        return work(host)
    except HostFailed as failure:
        return failure
