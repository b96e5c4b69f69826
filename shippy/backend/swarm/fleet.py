"""The fleet of one app whose containers run in a Docker Swarm."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from shippy.backend.docker import pull as docker_pull
from shippy.backend.docker.engine import TIME_OUTS, Engine, TimeOuts
from shippy.backend.docker.host import DockerHost
from shippy.backend.engine.errors import EngineError
from shippy.backend.many import on_each
from shippy.backend.swarm.images import NodeImages
from shippy.backend.swarm.launch import Launch
from shippy.backend.swarm.manager import Managers
from shippy.backend.swarm.nodes import Node, matched
from shippy.backend.swarm.service import Services
from shippy.backend.swarm.spec import container_name
from shippy.backend.swarm.tasks import Task, container_id, containers_on, deploy_of, on_node
from shippy.config.hosts import Swarm
from shippy.config.schema import App
from shippy.errors import HostFailed, Unavailable
from shippy.model import Container, Endpoint, HostProgress, HostStep, Image, Release, StoredImage

T = TypeVar("T")


class SwarmFleet:
    """The port `Fleet` over a swarm: its hosts are nodes, and a release is one service with a task on each.

    Making one connects to nothing. Everything but images goes through the managers: see docs/swarm.md for what a swarm
    cannot do. It needs gevent's monkey-patching.

    Args:
        app: the app's name in the config.
        settings: its section, with a swarm.
        time_outs: how long a manager may take for an answer.
    """

    def __init__(self, app: str, settings: App, swarm: Swarm, time_outs: TimeOuts = TIME_OUTS) -> None:
        self._swarm = swarm
        self._health = settings.health
        self._managers = Managers(swarm, time_outs)
        self._services = Services(app, settings.container, self._managers)
        self._images = NodeImages(app, settings, self._managers)

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(node.name for node in self._swarm.nodes)

    def resolve(self, reference: str) -> Image:
        managers = self._managers
        ways = {managers.urls[engine]: partial(docker_pull.resolve, engine) for engine in managers.engines}
        return docker_pull.resolve_through(ways, reference)

    def pull(
        self,
        image: Image,
        report: Callable[[HostProgress], None],
        finished: Callable[[str | HostFailed], None] = lambda _: None,
    ) -> Mapping[str, HostFailed]:
        return self._images.pull(image, self.nodes(), report, finished)

    def names(self, release: Release) -> Mapping[str, str]:
        return {host: container_name(release, host) for host in self.hosts}

    def prepare(
        self,
        release: Release,
        progress: Callable[[HostProgress], None],
        finished: Callable[[Endpoint | HostFailed], None],
        hosts: Collection[str] | None = None,
    ) -> None:
        """`finished` is called in the caller's own greenlet, so that what it raises ends the preparation."""

        def noted(outcome: Endpoint | HostFailed) -> None:
            if isinstance(outcome, Endpoint):
                self._images.seen(outcome.host, release.image)
            finished(outcome)

        chosen = [host for host in self.hosts if hosts is None or host in hosts]
        for host in chosen:
            progress(HostProgress(host, HostStep.CONNECTING))
        launch = Launch(release, self._services, self._managers, self._health, self.nodes)
        launch.run(chosen, self._images.having(release.image), progress, noted)

    def remove(self, keep: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        kept = frozenset(keep)
        return self._remove(lambda deploy: deploy not in kept)

    def sweep(self, deploys: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        unwanted = frozenset(deploys)
        return self._remove(lambda deploy: deploy in unwanted)

    def labels(self, image: Image) -> Mapping[str, str] | None:
        """Asks the managers, which are nodes themselves as a rule, and the nodes whose engines are reached."""
        asked: list[DockerHost | Manager] = [*self._images.engines.values(), *map(Manager, self._managers.engines)]
        outcomes = list(on_each(asked, lambda each: each.labels(image)).values())
        silent = [outcome for outcome in outcomes if isinstance(outcome, HostFailed)]
        if len(silent) == len(outcomes):
            raise Unavailable("the image on the hosts", "; ".join(f"{each.host} {each.reason}" for each in silent))
        return next((one for one in outcomes if one is not None and not isinstance(one, HostFailed)), None)

    def containers(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        return self._found(lambda tasks, node: containers_on(node, tasks))

    def watch(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        return self.containers()

    def images(self) -> Mapping[str, tuple[StoredImage, ...] | HostFailed]:
        return self._on_engines(HostStep.CONNECTING, lambda engine: engine.images())

    def logs(self, deploy: str, hosts: Collection[str], lines: int) -> Mapping[str, tuple[str, ...] | HostFailed]:
        def newest(tasks: Sequence[Task], node: Node) -> Task | None:
            there = [task for task in on_node(tasks, node) if deploy_of(task) == deploy and container_id(task)]
            return there[-1] if there else None

        found = {host: task for host, task in self._found(newest).items() if host in hosts and task is not None}
        asked = [node for host, node in self.nodes().items() if host in found]
        return on_each(asked, lambda node: self._said(node, found[node.host], lines))

    def forget(self, keep: Collection[Image]) -> Mapping[str, tuple[str, ...] | HostFailed]:
        """What no engine is reached for is not removed: a swarm has no word for it."""
        digests = frozenset(image.digest for image in keep)
        self._images.clear_up()
        return self._on_engines(HostStep.REMOVING, lambda engine: self._images.forget(engine, digests))

    def close(self) -> None:
        """Close the connections that are idle."""
        self._managers.close()
        self._images.close()

    def _remove(self, unwanted: Callable[[str], bool]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        nodes = self.nodes()
        try:
            with self._services.alone():
                going = {name: deploy for name, deploy in self._services.deploys().items() if unwanted(deploy)}
                tasks = [task for task in self._services.tasks() if deploy_of(task) in going.values()]
                for name in going:
                    self._services.remove(name)
            answering = [node for node in nodes.values() if not node.silent]
            left = self._services.wait_until_gone(unwanted, answering)
        except (Unavailable, EngineError) as error:
            return _all(nodes, HostStep.REMOVING, words_of(error))
        outcomes = {host: _of(node, HostStep.REMOVING, containers_on(node, tasks)) for host, node in nodes.items()}
        for node in answering:
            if on_node(left, node):
                outcomes[node.host] = HostFailed(node.host, HostStep.REMOVING, "what was to be removed still runs")
        return outcomes

    def nodes(self) -> dict[str, Node]:
        """The hosts as the swarm tells them now; where no manager answers, none of them can be told of."""
        try:
            return matched(self._swarm.nodes, self._managers.nodes())
        except (Unavailable, EngineError) as error:
            why = f"no manager of the swarm answers: {words_of(error)}"
            return {node.name: Node(node.name, node.address, down=why) for node in self._swarm.nodes}

    def _found(self, look: Callable[[Sequence[Task], Node], T]) -> dict[str, T | HostFailed]:
        """What the app's tasks tell of each host."""
        nodes = self.nodes()
        if all(node.down for node in nodes.values()):
            return {host: HostFailed(host, HostStep.CONNECTING, str(node.down)) for host, node in nodes.items()}
        try:
            tasks = self._services.tasks()
        except (Unavailable, EngineError) as error:
            return _all(nodes, HostStep.CONNECTING, words_of(error))
        return {host: _of(node, HostStep.CONNECTING, look(tasks, node)) for host, node in nodes.items()}

    def _said(self, node: Node, task: Task | HostFailed, lines: int) -> tuple[str, ...]:
        if isinstance(task, HostFailed):
            raise task
        try:
            return self._managers.logs(task["ID"], lines)
        except (Unavailable, EngineError) as error:
            raise HostFailed(node.host, HostStep.CONNECTING, words_of(error)) from error

    def _on_engines(
        self, step: HostStep, work: Callable[[DockerHost], tuple[T, ...]]
    ) -> Mapping[str, tuple[T, ...] | HostFailed]:
        """What the work came to with each node's engine; nothing, where that is not reached."""

        def outcome(node: Node) -> tuple[T, ...]:
            if node.silent:
                raise HostFailed(node.host, step, node.silent)
            engine = self._images.engines.get(node.host)
            return work(engine) if engine else ()

        return on_each(self.nodes().values(), outcome)


class Manager:
    """A manager as a place where images are. Most are nodes, too."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.host.name
        self._engine = engine

    def labels(self, image: Image) -> Mapping[str, str] | None:
        """See docker_pull.labels."""
        return docker_pull.labels(self._engine, image)


def words_of(error: Unavailable | EngineError) -> str:
    return error.why if isinstance(error, Unavailable) else str(error)


def _of(node: Node, step: HostStep, outcome: T) -> T | HostFailed:
    return HostFailed(node.host, step, node.silent) if node.silent else outcome


def _all(hosts: Iterable[str], step: HostStep, why: str) -> dict[str, T | HostFailed]:
    return {host: HostFailed(host, step, why) for host in hosts}
