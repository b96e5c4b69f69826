"""The services of one app: made, given other nodes, and removed, by one greenlet at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import gevent
from gevent.lock import BoundedSemaphore

from shippy.backend.docker.containers import APP, DEPLOY
from shippy.backend.swarm.manager import Entry, Managers
from shippy.backend.swarm.nodes import Node, excluded
from shippy.backend.swarm.spec import Placement, changed, hosts_of, name_of, port_of, ports_of, service_of
from shippy.backend.swarm.tasks import ENDED, Task, deploy_of, is_wanted, on_node, state_of
from shippy.config.schema import ContainerSettings
from shippy.errors import Unavailable
from shippy.model import Release

POLL_SECONDS = 0.1
TRIES = 5

Nodes = Mapping[str, Node]


class Services:
    """What the app has in its swarm. What it raises is what Managers raises."""

    def __init__(self, app: str, settings: ContainerSettings, managers: Managers) -> None:
        self._app = f"{APP}={app}"
        self._settings = settings
        self._managers = managers
        self._grace = settings.stop_grace + managers.time_outs.change
        self._changing = BoundedSemaphore(1)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Whoever changes the app's services has them for itself meanwhile.

        Raises:
            Unavailable: somebody else had them for longer than a change takes.
        """
        limit = 3 * self._grace
        if not self._changing.acquire(timeout=limit):
            raise Unavailable("the swarm", f"was still busy with another change after {limit:g} s")
        try:
            yield
        finally:
            self._changing.release()

    def tasks(self, deploy: str | None = None) -> Sequence[Task]:
        return self._managers.tasks(self._app, f"{DEPLOY}={deploy}" if deploy else DEPLOY)

    def deploys(self) -> Mapping[str, str]:
        """The deploys that have services, by the services' names."""
        services = (service["Spec"] for service in self._managers.services(self._app, DEPLOY))
        return {spec["Name"]: spec["Labels"][DEPLOY] for spec in services}

    def ensure(self, release: Release, hosts: Collection[str], nodes: Nodes) -> None:
        """Have the release's service run on these hosts, and on those that it has already."""

        def ensured(service: Entry | None) -> bool:
            if service is None:
                auth = self._managers.keys.credentials.header_for(release.image.repository)
                return self._managers.create(self._spec(release, hosts, nodes), auth)
            there = hosts_of(service["Spec"])
            return there.issuperset(hosts) or self._bring(service, there.union(hosts), nodes)

        self._until(ensured, release)

    def leave(self, release: Release, hosts: Collection[str], nodes: Nodes) -> None:
        """Take the release off these hosts. It goes on, undisturbed, on those that it has besides."""

        def left(service: Entry | None) -> bool:
            if service is None:
                return True
            others = hosts_of(service["Spec"]).difference(hosts)
            if not others:
                self._managers.remove(service["ID"])
                self._wait(release.deploy, lambda tasks: not tasks)
                return True
            return self._without(service, others, [nodes[host] for host in hosts], nodes)

        self._until(left, release)

    def remove(self, name: str) -> None:
        """Have a service end. It takes the grace of its containers: see `wait_until_gone`."""
        self._managers.remove(name)

    def wait_until_gone(self, unwanted: Callable[[str], bool], nodes: Collection[Node]) -> list[Task]:
        """Wait until nothing of such deploys is left on these nodes. Returns what has not ended in its time."""
        deadline = time.monotonic() + self._grace
        while True:
            there = [task for task in self.tasks() if unwanted(deploy_of(task))]
            left = list(_on_any(nodes, there))
            if not left or time.monotonic() > deadline:
                return left
            gevent.sleep(POLL_SECONDS)

    def _without(self, service: Entry, others: Collection[str], emptied: Collection[Node], nodes: Nodes) -> bool:
        """Fewer replicas only once the nodes are empty: whichever task a swarm ends first, it is none of the others."""
        spec = service["Spec"]
        deploy, answering = spec["Labels"][DEPLOY], [node for node in emptied if not node.down]
        if not self._bring(service, others, nodes, replicas=spec["Mode"]["Replicated"]["Replicas"]):
            return False
        self._wait(deploy, lambda tasks: not any(map(_runs, _on_any(answering, tasks))))
        fewer = self._managers.service(spec["Name"])
        if fewer is not None and not self._bring(fewer, others, nodes):
            return False
        self._wait(deploy, lambda tasks: sum(map(is_wanted, tasks)) <= self._replicas(others))
        return True

    def _until(self, done: Callable[[Entry | None], bool], release: Release) -> None:
        """Look at the release's service, and change it, until nobody else has changed it in between."""
        name = name_of(release)
        for _ in range(TRIES):
            if done(self._managers.service(name)):
                return
        raise Unavailable("the swarm", f"it would not change the service {name}, which somebody else may be changing")

    def _bring(self, service: Entry, hosts: Collection[str], nodes: Nodes, replicas: int | None = None) -> bool:
        return self._managers.update(service, changed(service["Spec"], self._placement(hosts, nodes, replicas)))

    def _spec(self, release: Release, hosts: Collection[str], nodes: Nodes) -> dict[str, Any]:
        published = port_of(release, self._settings, ports_of(self._managers.services()))
        return service_of(release, self._settings, self._placement(hosts, nodes), published)

    def _placement(self, hosts: Collection[str], nodes: Nodes, replicas: int | None = None) -> Placement:
        elsewhere = excluded(nodes, frozenset(hosts), self._managers.nodes())
        wanted = self._replicas(hosts) if replicas is None else replicas
        return Placement(hosts, [*self._managers.swarm.placement, *elsewhere], wanted)

    def _replicas(self, hosts: Collection[str]) -> int:
        return min(self._managers.swarm.wanted, len(hosts))

    def _wait(self, deploy: str, done: Callable[[Sequence[Task]], bool]) -> None:
        deadline = time.monotonic() + self._grace
        while not done(self.tasks(deploy)) and time.monotonic() < deadline:
            gevent.sleep(POLL_SECONDS)


def _on_any(nodes: Collection[Node], tasks: Sequence[Task]) -> Iterator[Task]:
    for node in nodes:
        yield from on_node(tasks, node)


def _runs(task: Task) -> bool:
    return is_wanted(task) or state_of(task) not in ENDED
