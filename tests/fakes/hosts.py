"""A host in memory, of which a test says what fails, what waits, and whether it answers at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

import gevent
from gevent.event import Event
from gevent.lock import BoundedSemaphore

from shippy.errors import HostFailed
from shippy.model import Container, Endpoint, HostProgress, HostStep, Image, Release, StoredImage

Report = Callable[[HostProgress], None]

HOLD_LIMIT = 30.0
FIRST_PORT = 32768
IMAGE_SIZE = 100_000_000
"""Of an image whose size a test has not set, in bytes."""


@dataclass
class Hold:
    """A step that waits: `reached` is set when a host has come to it, and `release` lets it go on."""

    reached: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)

    def release(self) -> None:
        self.released.set()


class FakeHost:
    """One host. Its containers, by id, are its only state; what is scripted stays so until it is taken back."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self.reachable = True
        self.pull_percents: tuple[int, ...] = (0, 50, 100)
        self.images: dict[str, Image] = {}
        self.sizes: dict[str, int] = {}
        self.labels: dict[str, Mapping[str, str]] = {}
        self.made_of: dict[str, str] = {}
        self.said: tuple[str, ...] = ("it listens on 8080",)
        self.containers: dict[str, Container] = {}
        self.mutex = BoundedSemaphore(1)
        self._failures: dict[HostStep, HostFailed] = {}
        self._holds: dict[HostStep, Hold] = {}
        self._numbers = count()

    def fail(self, step: HostStep, reason: str, exit_code: int | None = None, log: tuple[str, ...] = ()) -> HostFailed:
        """From now on the step fails, and with this error."""
        self._failures[step] = failure = HostFailed(self.name, step, reason, exit_code, log)
        return failure

    def mend(self) -> None:
        """From now on it answers, and no step fails."""
        self.reachable = True
        self._failures.clear()

    def hold(self, step: HostStep) -> Hold:
        """From now on the step waits until the hold is released."""
        self._holds[step] = hold = Hold()
        return hold

    def place(self, release: Release, state: str = "running") -> Container:
        """Put a container there, as an earlier deploy would have left it."""
        number = next(self._numbers)
        endpoint = Endpoint(self.name, self.address, FIRST_PORT + number) if state == "running" else None
        container = Container(
            host=self.name,
            id=f"{self.name}-{number}",
            name=name_of(release, self.name),
            app=release.app,
            deploy=release.deploy,
            commit=release.commit,
            slot=release.slot,
            state=state,
            endpoint=endpoint,
        )
        self.containers[container.id] = container
        self.made_of[container.id] = release.image.digest
        return container

    def stop(self, container: Container) -> None:
        """Have it exit, as if its process had ended."""
        self.containers[container.id] = replace(container, state="exited", endpoint=None)

    def of_deploy(self, deploy: str) -> list[Container]:
        return [container for container in self.containers.values() if container.deploy == deploy]

    def come_to(self, step: HostStep) -> None:
        """Do what the script says of a step. `mend` and `release` take effect even while it waits."""
        if hold := self._holds.get(step):
            hold.reached.set()
            if not hold.released.wait(HOLD_LIMIT):
                raise AssertionError(f"{self.name} was held at {step} and nobody released it")
        if not self.reachable:
            raise HostFailed(self.name, step, "does not answer (connection refused)")
        if failure := self._failures.get(step):
            raise replace(failure)

    def pull(self, image: Image, report: Report) -> str:
        report(HostProgress(self.name, HostStep.CONNECTING))
        self.come_to(HostStep.CONNECTING)
        if image.digest in self.images:
            return self.name
        for percent in self.pull_percents:
            report(HostProgress(self.name, HostStep.PULLING, percent))
            gevent.sleep(0)
        self.come_to(HostStep.PULLING)
        self.images[image.digest] = image
        return self.name

    def prepare(self, release: Release, report: Report) -> Endpoint:
        self.pull(release.image, report)
        try:
            # In a greenlet of its own: an engine finishes what it was asked for, whether or not the asker lives on.
            outcome = gevent.spawn(self._create, release, report).get()
            if isinstance(outcome, HostFailed):
                raise outcome
            report(HostProgress(self.name, HostStep.CHECKING))
            self.come_to(HostStep.CHECKING)
        except HostFailed:
            self._take_back(release.deploy)
            raise
        report(HostProgress(self.name, HostStep.READY))
        return outcome

    def labels_of(self, image: Image) -> Mapping[str, str] | None:
        self.come_to(HostStep.CONNECTING)
        return self.labels.get(image.reference, {}) if image.digest in self.images else None

    def stored(self) -> tuple[StoredImage, ...]:
        self.come_to(HostStep.CONNECTING)
        return tuple(StoredImage(digest, self.sizes.get(digest, IMAGE_SIZE)) for digest in self.images)

    def said_by(self, deploy: str, lines: int) -> tuple[str, ...] | None:
        self.come_to(HostStep.CONNECTING)
        return self.said[-lines:] if self.of_deploy(deploy) else None

    def forget(self, keep: frozenset[str]) -> tuple[str, ...]:
        self.come_to(HostStep.REMOVING)
        used = {self.made_of[container] for container in self.containers if container in self.made_of}
        unused = tuple(image for image in self.images.values() if image.digest not in keep | used)
        for image in unused:
            del self.images[image.digest]
        return tuple(image.pinned for image in unused)

    def _create(self, release: Release, report: Report) -> Endpoint | HostFailed:
        with self.mutex:
            for container in self.of_deploy(release.deploy):
                if container.endpoint:
                    return container.endpoint
                del self.containers[container.id]
            try:
                report(HostProgress(self.name, HostStep.CREATING))
                self.come_to(HostStep.CREATING)
                created = self.place(release)
                report(HostProgress(self.name, HostStep.STARTING))
                self.come_to(HostStep.STARTING)
            except HostFailed as failure:
                return failure
            assert created.endpoint
            return created.endpoint

    def _take_back(self, deploy: str) -> None:
        if self.reachable:
            for container in self.of_deploy(deploy):
                del self.containers[container.id]

    def remove(self, keep: frozenset[str]) -> tuple[Container, ...]:
        return self._remove(lambda container: container.deploy not in keep)

    def sweep(self, deploys: frozenset[str]) -> tuple[Container, ...]:
        return self._remove(lambda container: container.deploy in deploys)

    def _remove(self, unwanted: Callable[[Container], bool]) -> tuple[Container, ...]:
        with self.mutex:
            self.come_to(HostStep.REMOVING)
            found = tuple(container for container in self.containers.values() if unwanted(container))
            for container in found:
                del self.containers[container.id]
            return found


def name_of(release: Release, host: str) -> str:
    return f"shippy-{release.app}-{release.slot}-{release.deploy}-{host}"
