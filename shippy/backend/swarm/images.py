"""The app's images on the nodes of a swarm.

A swarm has no word for bringing an image to its nodes, or for removing one. Where the config says how a node's engine
is reached, that engine is asked. To all other nodes an image comes with a service that runs nothing of it; what such a
node has is not known, and nothing is removed there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence

import gevent
from gevent.lock import BoundedSemaphore

from shippy.backend.docker.engine import Engine
from shippy.backend.docker.errors import first_line
from shippy.backend.docker.host import DockerHost
from shippy.backend.engine.errors import EngineError
from shippy.backend.outcomes import Outcomes
from shippy.backend.swarm.manager import Managers
from shippy.backend.swarm.nodes import Node, excluded, matched
from shippy.backend.swarm.spec import PULLS, pulling
from shippy.backend.swarm.tasks import ENDED, PREPARING, Task, on_node, state_of
from shippy.config.hosts import Host
from shippy.config.schema import App
from shippy.errors import HostFailed, ShippyError, Unavailable
from shippy.model import HostProgress, HostStep, Image

log = logging.getLogger(__name__)

Report = Callable[[HostProgress], None]
Pulled = Outcomes[str | HostFailed]

POLL_SECONDS = 0.2
PULLED_SECONDS = 900.0
"""How long a node may take for an image: while it pulls, it tells nothing that could be waited for."""


class NodeImages:
    """Brings images to nodes, and remembers where they are. `engines` has those that are reached."""

    def __init__(self, app: str, settings: App, managers: Managers) -> None:
        self._app = app
        self._managers = managers
        pulling_at_once = BoundedSemaphore(settings.pull_at_once)
        self._there: set[tuple[str, str]] = set()
        self._pulling: set[str] = set()
        repository = Image(settings.image, "").repository
        self.engines = {
            node.name: DockerHost(
                app,
                Engine(
                    Host(name=node.name, docker=node.docker, tls=node.tls, address=node.address),
                    managers.time_outs,
                    managers.keys,
                ),
                settings.container,
                settings.health,
                repository=repository,
                pulls=pulling_at_once,
            )
            for node in managers.swarm.nodes
            if node.docker
        }

    def having(self, image: Image) -> frozenset[str]:
        """The hosts that were seen to have an image."""
        return frozenset(host for host, digest in self._there if digest == image.digest)

    def seen(self, host: str, image: Image) -> None:
        self._there.add((host, image.digest))

    def pull(
        self, image: Image, nodes: Mapping[str, Node], report: Report, finished: Callable[[str | HostFailed], None]
    ) -> Mapping[str, HostFailed]:
        """See the port. `finished` is called in the caller's own greenlet."""
        outcomes: Pulled = Outcomes()
        failures, by_service = {}, {}
        try:
            for host, node in nodes.items():
                report(HostProgress(host, HostStep.CONNECTING))
                if node.problem:
                    outcomes.put(HostFailed(host, HostStep.CONNECTING, node.problem))
                elif host in self.engines:
                    outcomes.work(self._through_engine, self.engines[host], image, report, outcomes)
                else:
                    by_service[host] = node
            if by_service:
                outcomes.work(self._through_service, image, by_service, report, outcomes)
            for _ in nodes:
                outcome = outcomes.get()
                if isinstance(outcome, HostFailed):
                    failures[outcome.host] = outcome
                else:
                    self.seen(outcome, image)
                finished(outcome)
        finally:
            outcomes.kill()
        return failures

    def forget(self, engine: DockerHost, digests: frozenset[str]) -> tuple[str, ...]:
        """See the port."""
        self._there = {(host, digest) for host, digest in self._there if host != engine.name}
        return engine.forget(digests)

    def clear_up(self) -> None:
        """Remove the services of pulls whose daemon was killed meanwhile."""
        for service in self._managers.services(f"{PULLS}={self._app}"):
            if service["Spec"]["Name"] not in self._pulling:
                self._managers.remove(service["ID"])

    def close(self) -> None:
        for engine in self.engines.values():
            engine.close()

    def _through_engine(self, engine: DockerHost, image: Image, report: Report, outcomes: Pulled) -> None:
        try:
            outcomes.put(engine.pull(image, lambda told: report(told) if told.percent is not None else None))
        except HostFailed as failure:
            outcomes.put(failure)

    def _through_service(self, image: Image, nodes: Mapping[str, Node], report: Report, outcomes: Pulled) -> None:
        constraints = excluded(nodes, frozenset(nodes), self._managers.nodes())
        spec = pulling(self._app, image, constraints)
        waiting = dict(nodes)
        self._pulling.add(spec["Name"])
        try:
            self._managers.create(spec, self._managers.keys.credentials.header_for(image.repository))
            self._follow(image, waiting, report, outcomes)
            why = f"the image was not there within {PULLED_SECONDS:g} s"
        except Unavailable as error:
            why = error.why
        except EngineError as error:
            why = str(error)
        finally:
            self._pulling.discard(spec["Name"])
            self._end(spec["Name"])
        for host in waiting:
            outcomes.put(HostFailed(host, HostStep.PULLING, why))

    def _follow(self, image: Image, waiting: dict[str, Node], report: Report, outcomes: Pulled) -> None:
        """Look at the tasks until each has come past its pull, taking those that have out of `waiting`."""
        deadline, told = time.monotonic() + PULLED_SECONDS, set()
        while waiting and time.monotonic() < deadline:
            tasks = [
                task
                for task in self._managers.tasks(f"{PULLS}={self._app}")
                if task["Spec"]["ContainerSpec"]["Image"] == image.pinned
            ]
            nodes = matched(self._managers.swarm.nodes, self._managers.nodes())
            for host in list(waiting):
                if host not in told and (host, image.digest) not in self._there:
                    told.add(host)
                    report(HostProgress(host, HostStep.PULLING, 0))
                outcome = _pulled(nodes[host], on_node(tasks, nodes[host]))
                if outcome is not None:
                    del waiting[host]
                    if host in told and isinstance(outcome, str):
                        report(HostProgress(host, HostStep.PULLING, 100))
                    outcomes.put(outcome)
            gevent.sleep(POLL_SECONDS)

    def _end(self, service: str) -> None:
        try:
            self._managers.remove(service)
        except (ShippyError, EngineError) as error:
            log.warning("the service %s stays until images are removed the next time: %s", service, error)


def _pulled(node: Node, tasks: Sequence[Task]) -> str | HostFailed | None:
    """What has come of a pull: its task has gone on to a program that is not there, or was rejected before that."""
    if node.problem:
        return HostFailed(node.host, HostStep.PULLING, node.problem)
    if not tasks or state_of(tasks[-1]) not in ENDED:
        return None
    status = tasks[-1]["Status"]
    if status.get("Message") == PREPARING and not (status.get("ContainerStatus") or {}).get("ContainerID"):
        return HostFailed(node.host, HostStep.PULLING, first_line(status.get("Err") or "could not be pulled"))
    return node.host
