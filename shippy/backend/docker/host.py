"""One host of an app's fleet."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import gevent
from gevent.lock import BoundedSemaphore

from shippy.backend.docker import containers
from shippy.backend.docker import pull as docker_pull
from shippy.backend.docker.engine import Engine
from shippy.backend.docker.images import HostImages
from shippy.backend.docker.launch import create_and_start, last_lines, wait_until_healthy
from shippy.backend.engine.errors import Conflict, NotFound
from shippy.config.schema import ContainerSettings, Health
from shippy.errors import HostFailed
from shippy.model import Container, Endpoint, HostProgress, HostStep, Image, Release, StoredImage

log = logging.getLogger(__name__)

Report = Callable[[HostProgress], None]

CREATED = "created"
"""The state of a container that was never started."""


class DockerHost:
    """What the app's fleet asks of one host. Every failure is a HostFailed; nothing waits without a time-out.

    One greenlet at a time changes the host's containers; whoever comes while another does waits for it.
    """

    def __init__(
        self,
        app: str,
        engine: Engine,
        container: ContainerSettings,
        health: Health,
        *,
        repository: str = "",
        pulls: BoundedSemaphore | None = None,
    ) -> None:
        self.name = engine.host.name
        self._listing = containers.Listing(app, engine.host)
        self._engine = engine
        self._container = container
        self._health = health
        self._images = HostImages(engine, repository, pulls)
        self._changing = BoundedSemaphore(1)
        self._gave_up: str | None = None

    def resolve(self, reference: str) -> Image:
        """See docker_pull.resolve."""
        return docker_pull.resolve(self._engine, reference)

    def pull(self, image: Image, report: Report) -> str:
        """Bring an image here, and return the host's name once it has it."""
        report(HostProgress(self.name, HostStep.CONNECTING))
        self._images.bring(image, report)
        return self.name

    def labels(self, image: Image) -> Mapping[str, str] | None:
        """See docker_pull.labels."""
        return docker_pull.labels(self._engine, image)

    def containers(self) -> tuple[Container, ...]:
        return self._listed(HostStep.CONNECTING)

    def watch(self) -> Callable[[], tuple[Container, ...] | HostFailed]:
        """Begin to look at them, together with all who look at the same moment; returns what waits for the answer."""
        listing = self._engine.everything()

        def containers() -> tuple[Container, ...] | HostFailed:
            told = listing.get()
            if isinstance(told, HostFailed):
                return told
            found = self._listing.read(told)
            if any(map(self._came_late, found)) and not self._changing.locked():
                gevent.spawn(self._take_back, self._came_late)
            return found

        return containers

    def prepare(self, release: Release, report: Report, hosts: int = 1) -> Endpoint:
        """Bring a container of the release up, healthy, and return where it answers. So many hosts do so at once.

        A container of the same deploy that runs is kept, if it is healthy. After a failure none is left. May be killed
        at any point: what was being created is then completed, and is there for `remove` to find.
        """
        report(HostProgress(self.name, HostStep.CONNECTING))
        self._gave_up = None
        try:
            container = self._brought_up(release, report)
            report(HostProgress(self.name, HostStep.CHECKING))
            endpoint = wait_until_healthy(self._engine, container, self._health, hosts)
        except HostFailed:
            self._gave_up = release.deploy
            self._take_back(lambda container: container.deploy == release.deploy)
            raise
        report(HostProgress(self.name, HostStep.READY))
        return endpoint

    def keep_running(self, release: Release) -> None:
        """From now on the engine starts what was prepared here again: when it exits, and after a restart of its own."""
        with self._engine.asked(HostStep.CHECKING, self._engine.time_outs.change) as client, suppress(NotFound):
            containers.keep_running(client, containers.name_of(release, self.name))

    def remove(self, keep: frozenset[str]) -> tuple[Container, ...]:
        """Stop and remove the app's containers but those of the deploys to keep, and return what was removed."""
        return self._remove(lambda container: container.deploy not in keep)

    def sweep(self, deploys: frozenset[str]) -> tuple[Container, ...]:
        """Stop and remove the containers of these deploys, and return what was removed."""
        return self._remove(lambda container: container.deploy in deploys)

    def images(self) -> tuple[StoredImage, ...]:
        """The app's images that were pulled here."""
        return self._images.stored()

    def forget(self, keep: frozenset[str]) -> tuple[str, ...]:
        """Remove the app's images but those with these digests and those in use; see HostImages."""
        return self._images.forget(keep)

    def said_by(self, deploy: str, lines: int) -> tuple[str, ...] | None:
        """The last lines that the deploy's container has written; None where there is no such container."""
        found = next((each for each in self._listed(HostStep.CONNECTING) if each.deploy == deploy), None)
        if found is None:
            return None
        with self._engine.asked(HostStep.CONNECTING, self._engine.time_outs.ask) as client:
            return last_lines(client, found.id, lines)

    def close(self) -> None:
        self._engine.close()

    def _brought_up(self, release: Release, report: Report) -> str:
        """The id of the release's container, of an image that is brought here if need be."""
        self._images.bring(release.image, report)
        try:
            return self._ensure_running(release, report)
        except HostFailed as failure:
            if failure.step is not HostStep.CREATING or not isinstance(failure.__cause__, NotFound):
                raise
        self._images.lost(release.image)
        self._images.bring(release.image, report)
        return self._ensure_running(release, report)

    def _ensure_running(self, release: Release, report: Report) -> str:
        """The id of the release's running container, started if need be.

        An engine goes on creating what it was asked for when nobody waits for the answer. So the asking is left to a
        greenlet of its own, which a kill of this one does not reach: it holds the host until the container is there.
        """

        def create() -> str | HostFailed:
            try:
                with self._alone(HostStep.CREATING):
                    return self._created(release, report)
            except HostFailed as failure:
                return failure

        outcome = gevent.spawn(create).get()
        if isinstance(outcome, HostFailed):
            raise outcome
        return outcome

    def _created(self, release: Release, report: Report) -> str:
        """Create and start it. Only where its name is taken is there anything to look at: it is there already."""
        try:
            return create_and_start(self._engine, release, self._container, report)
        except HostFailed as failure:
            if failure.step is not HostStep.CREATING or not isinstance(failure.__cause__, Conflict):
                raise
        there = [each for each in self._listed(HostStep.CREATING) if each.deploy == release.deploy]
        if running := next((each for each in there if each.endpoint), None):
            return running.id
        for each in there:
            self._discard(each)
        return create_and_start(self._engine, release, self._container, report)

    def _remove(self, unwanted: Callable[[Container], bool]) -> tuple[Container, ...]:
        with self._alone(HostStep.REMOVING):
            found = tuple(each for each in self._listed(HostStep.REMOVING) if unwanted(each))
            for container in found:
                self._stop(container)
                self._discard(container)
            return found

    def _take_back(self, unwanted: Callable[[Container], bool]) -> None:
        """Remove what was created in vain; what cannot be removed is left to the next `remove`."""
        try:
            with self._alone(HostStep.REMOVING):
                for container in self._listed(HostStep.REMOVING):
                    if unwanted(container):
                        self._discard(container)
        except HostFailed as failure:
            log.warning("%s keeps what was created there in vain: %s", self.name, failure.reason)

    def _came_late(self, container: Container) -> bool:
        """Whether an engine that was silent has created it only after the preparation had given up on it."""
        return container.deploy == self._gave_up and container.state == CREATED

    def _listed(self, step: HostStep) -> tuple[Container, ...]:
        with self._engine.asked(step, self._engine.time_outs.ask) as client:
            return self._listing.of(client)

    def _stop(self, container: Container) -> None:
        """Ask it to end, and have the engine kill it when its grace is over."""
        grace = math.ceil(self._container.stop_grace)
        with self._engine.asked(HostStep.REMOVING, grace + self._engine.time_outs.change) as client, suppress(NotFound):
            client.stop(container.id, timeout=grace)

    def _discard(self, container: Container) -> None:
        """Remove a container with its anonymous volumes, however it is; one that is gone already is fine."""
        with self._engine.asked(HostStep.REMOVING, self._engine.time_outs.change) as client, suppress(NotFound):
            containers.remove(client, container.id)

    @contextmanager
    def _alone(self, step: HostStep) -> Iterator[None]:
        """Hold the host for a change of its containers. Waits as long as one ordinary change may take."""
        limit = self._container.stop_grace + 3 * self._engine.time_outs.change
        if not self._changing.acquire(timeout=limit):
            raise HostFailed(self.name, step, f"was still busy with another change after {limit:g} s")
        try:
            yield
        finally:
            self._changing.release()
