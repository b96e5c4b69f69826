"""The fleet of one app: Docker hosts, each reached through its own engine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping

import gevent
from gevent.lock import BoundedSemaphore

from shippy.backend.docker import pull as docker_pull
from shippy.backend.docker.containers import name_of
from shippy.backend.docker.engine import Engines
from shippy.backend.docker.host import DockerHost
from shippy.backend.many import on_each
from shippy.config.schema import App
from shippy.errors import HostFailed, Unavailable
from shippy.model import Container, Endpoint, HostProgress, Image, Release, StoredImage

log = logging.getLogger(__name__)


GIVE_WAY = 0.05
"""Seconds that what nobody waits for comes later: whoever has the last host's outcome tells the balancers just then."""


class DockerFleet:
    """The port `Fleet` over Docker engines. Hosts are worked on at once, in one greenlet each.

    Making one connects to nothing. Credentials for the registry are those of the user that the process runs as: see
    docker_pull.resolve. It needs gevent's monkey-patching.

    Args:
        app: the app's name in the config.
        settings: its section.
        engines: those of the daemon, which its apps share.
    """

    def __init__(self, app: str, settings: App, engines: Engines | None = None) -> None:
        # A registry tells commits apart by tags; where they are in the name itself, each image has its own repository.
        repository = Image(settings.image, "").repository
        engines, pulls = engines or Engines(), BoundedSemaphore(settings.pull_at_once)
        self._hosts = tuple(
            DockerHost(app, engines.of(host), settings.container, settings.health, repository=repository, pulls=pulls)
            for host in settings.hosts
        )

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(host.name for host in self._hosts)

    def resolve(self, reference: str) -> Image:
        return docker_pull.resolve_through({host.name: host.resolve for host in self._hosts}, reference)

    def pull(
        self,
        image: Image,
        report: Callable[[HostProgress], None],
        finished: Callable[[str | HostFailed], None] = lambda _: None,
    ) -> Mapping[str, HostFailed]:
        outcomes = on_each(self._hosts, lambda host: host.pull(image, report), finished)
        return {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, HostFailed)}

    def names(self, release: Release) -> Mapping[str, str]:
        return {host.name: name_of(release, host.name) for host in self._hosts}

    def prepare(
        self,
        release: Release,
        progress: Callable[[HostProgress], None],
        finished: Callable[[Endpoint | HostFailed], None],
        hosts: Collection[str] | None = None,
    ) -> None:
        """`finished` is called in the caller's own greenlet, so that what it raises ends the preparation.

        The engines are told last of all to keep the containers running: until it has been healthy once, an exit is a
        result and not to be tried again, and nobody has to wait for the telling.
        """
        chosen = [host for host in self._hosts if hosts is None or host.name in hosts]
        outcomes = on_each(chosen, lambda host: host.prepare(release, progress, len(chosen)), finished)
        ready = [host for host in chosen if not isinstance(outcomes[host.name], HostFailed)]
        gevent.sleep(GIVE_WAY)
        for failure in on_each(ready, lambda host: host.keep_running(release)).values():
            if isinstance(failure, HostFailed):
                log.warning("%s may not start deploy %s again: %s", failure.host, release.deploy, failure.reason)

    def remove(self, keep: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        kept = frozenset(keep)
        return on_each(self._hosts, lambda host: host.remove(kept))

    def sweep(self, deploys: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        unwanted = frozenset(deploys)
        return on_each(self._hosts, lambda host: host.sweep(unwanted))

    def labels(self, image: Image) -> Mapping[str, str] | None:
        outcomes = on_each(self._hosts, lambda host: host.labels(image))
        silent = [outcome for outcome in outcomes.values() if isinstance(outcome, HostFailed)]
        if len(silent) == len(outcomes):
            raise Unavailable("the image on the hosts", "; ".join(f"{each.host} {each.reason}" for each in silent))
        return next((one for one in outcomes.values() if one is not None and not isinstance(one, HostFailed)), None)

    def containers(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        return on_each(self._hosts, DockerHost.containers)

    def watch(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        looking = {host.name: host.watch() for host in self._hosts}
        return {name: containers() for name, containers in looking.items()}

    def images(self) -> Mapping[str, tuple[StoredImage, ...] | HostFailed]:
        return on_each(self._hosts, DockerHost.images)

    def logs(self, deploy: str, hosts: Collection[str], lines: int) -> Mapping[str, tuple[str, ...] | HostFailed]:
        asked = [host for host in self._hosts if host.name in hosts]
        found = on_each(asked, lambda host: host.said_by(deploy, lines))
        return {name: said for name, said in found.items() if said is not None}

    def forget(self, keep: Collection[Image]) -> Mapping[str, tuple[str, ...] | HostFailed]:
        digests = frozenset(image.digest for image in keep)
        return on_each(self._hosts, lambda host: host.forget(digests))

    def close(self) -> None:
        """Close the connections that are idle."""
        for host in self._hosts:
            host.close()
