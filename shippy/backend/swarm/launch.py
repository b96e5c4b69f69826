"""Bringing one release up on the nodes of a swarm: its tasks are followed until each is healthy, or has failed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence

import gevent
from gevent.event import Event

from shippy.backend.docker.launch import LOG_LINES
from shippy.backend.engine.errors import EngineError
from shippy.backend.outcomes import Outcomes
from shippy.backend.probe import pauses, probe
from shippy.backend.swarm.images import PULLED_SECONDS
from shippy.backend.swarm.manager import Managers
from shippy.backend.swarm.nodes import Node
from shippy.backend.swarm.service import Nodes, Services
from shippy.backend.swarm.tasks import (
    ENDED,
    STEPS,
    Task,
    endpoint_of,
    failure_of,
    is_wanted,
    on_node,
    state_of,
    why_pending,
)
from shippy.config.schema import Health
from shippy.errors import HostFailed, ShippyError, Unavailable
from shippy.model import Endpoint, HostProgress, HostStep, Release

log = logging.getLogger(__name__)

Report = Callable[[HostProgress], None]

PATH = (HostStep.PULLING, HostStep.CREATING, HostStep.STARTING, HostStep.CHECKING, HostStep.READY)
FIRST_POLL, LAST_POLL, GROWTH = 0.05, 0.25, 1.2
NODES_SECONDS = 2.0
PLACED_SECONDS = 5.0
"""How long a task may wait for a node. What takes it in the meantime is the removal of an earlier one, at most."""


class Progress:
    """How far one host has come, every step told once and in its order."""

    def __init__(self, host: str, report: Report, *, has_image: bool) -> None:
        self.step = HostStep.CONNECTING
        self._since = time.monotonic()
        self._host = host
        self._report = report
        self._has_image = has_image

    @property
    def seconds(self) -> float:
        """How long it has been at its step."""
        return time.monotonic() - self._since

    def come_to(self, step: HostStep) -> None:
        done = PATH.index(self.step) + 1 if self.step in PATH else 0
        for each in PATH[done : PATH.index(step) + 1]:
            if each is HostStep.PULLING and self._has_image:
                continue
            if self.step is HostStep.PULLING:
                self._report(HostProgress(self._host, HostStep.PULLING, 100))
            self.step, self._since = each, time.monotonic()
            self._report(HostProgress(self._host, each, 0 if each is HostStep.PULLING else None))


class Launch:
    """One preparation of a release. `nodes` asks for all of the fleet's."""

    def __init__(
        self, release: Release, services: Services, managers: Managers, health: Health, nodes: Callable[[], Nodes]
    ) -> None:
        self._release = release
        self._services = services
        self._managers = managers
        self._health = health
        self._ask_nodes = nodes
        self._nodes = nodes()
        self._wanted = managers.swarm.wanted
        self._outcomes: Outcomes[Endpoint | HostFailed] = Outcomes()
        self._open: dict[str, Progress] = {}
        self._checked: dict[str, str] = {}
        self._given_up: list[HostFailed] = []
        self._over_before: frozenset[str] = frozenset()
        self._pending_since: float | None = None
        # A task with a health check of the image's own is starting until that has passed.
        starting = health.deadline + managers.time_outs.change
        self._limits = {HostStep.CREATING: starting, HostStep.STARTING: starting, HostStep.CHECKING: starting}
        self._wake = Event()

    def run(
        self,
        hosts: Collection[str],
        having: Collection[str],
        report: Report,
        finished: Callable[[Endpoint | HostFailed], None],
    ) -> None:
        """Bring it up on these hosts. `finished` is called in the caller's own greenlet, once a host.

        Args:
            having: the hosts that are known to have the image.
        """
        self._open = {host: Progress(host, report, has_image=host in having) for host in hosts}
        for host in hosts:
            problem = self._nodes[host].problem
            if problem:
                self._settle(HostFailed(host, HostStep.CONNECTING, problem))
        if self._open:
            # Left to a greenlet of its own, which a kill of this one does not reach: a manager goes on with what it was
            # asked for, and the removal that follows waits for that.
            refusal = gevent.spawn(self._ensured).get()
            for host in list(self._open) if refusal else ():
                self._settle(HostFailed(host, HostStep.CREATING, str(refusal)))
        try:
            self._outcomes.work(self._watch)
            for _ in hosts:
                finished(self._outcomes.get())
        finally:
            self._outcomes.kill()

    def _ensured(self) -> str | None:
        """Have the service there. Returns why that cannot be."""
        try:
            with self._services.alone():
                tasks = self._services.tasks(self._release.deploy)
                over = (task for task in tasks if state_of(task) in ENDED or not is_wanted(task))
                self._over_before = frozenset(task["ID"] for task in over)
                self._services.ensure(self._release, tuple(self._open), self._nodes)
        except Unavailable as error:
            return error.why
        except EngineError as error:
            return str(error)
        return None

    def _settle(self, outcome: Endpoint | HostFailed) -> None:
        self._open.pop(outcome.host, None)
        self._outcomes.put(outcome)

    def _watch(self) -> None:
        """Look at the tasks until every host has an outcome."""
        pause, looked = FIRST_POLL, time.monotonic()
        while self._open:
            try:
                if time.monotonic() > looked + NODES_SECONDS:
                    self._nodes, looked = self._ask_nodes(), time.monotonic()
                tasks = self._services.tasks(self._release.deploy)
            except (Unavailable, EngineError) as error:
                why = error.why if isinstance(error, Unavailable) else str(error)
                for host, progress in list(self._open.items()):
                    self._settle(HostFailed(host, progress.step, why))
                return
            for host, progress in list(self._open.items()):
                self._look(self._nodes[host], progress, tasks)
            self._look_for_spares(tasks)
            self._wake.wait(pause)
            self._wake.clear()
            pause = min(pause * GROWTH, LAST_POLL)

    def _look(self, node: Node, progress: Progress, tasks: Sequence[Task]) -> None:
        there = [task for task in on_node(tasks, node) if task["ID"] not in self._over_before]
        ended = next((task for task in there if state_of(task) in ENDED), None)
        coming = next((task for task in reversed(there) if is_wanted(task)), None)
        if node.down:
            self._give_up(HostFailed(node.host, progress.step, node.down))
        elif progress.seconds > self._limits.get(progress.step, PULLED_SECONDS):
            words = f"its task has told nothing new for {progress.seconds:.0f} s"
            self._give_up(HostFailed(node.host, progress.step, words), coming)
        elif ended is not None:
            self._give_up(failure_of(node, ended, progress.step), ended)
        elif coming is not None and state_of(coming) in STEPS:
            progress.come_to(STEPS[state_of(coming)])
            endpoint = endpoint_of(node, coming)
            if endpoint and self._checked.get(node.host) != coming["ID"]:
                self._checked[node.host] = coming["ID"]
                self._outcomes.work(self._check, endpoint, progress, coming)

    def _look_for_spares(self, tasks: Sequence[Task]) -> None:
        """Settle the hosts that get no task: the swarm has put them all elsewhere, or finds no place for one."""
        placed = {task["NodeID"] for task in tasks if is_wanted(task) and task.get("NodeID")}
        without = [host for host in self._open if self._nodes[host].id not in placed]
        if len(without) < len(self._open):
            # Others are on their way. Where one of them fails, the swarm turns to a host without a task.
            self._pending_since = None
        elif len(placed) >= self._wanted:
            for host in without:
                self._give_up(HostFailed(host, HostStep.CREATING, f"is a spare: {len(placed)} other nodes run it"))
        elif self._pending_since is None:
            self._pending_since = time.monotonic()
        elif time.monotonic() > self._pending_since + PLACED_SECONDS:
            for host in without:
                words = why_pending(tasks) or "the swarm has put nothing there"
                self._give_up(HostFailed(host, HostStep.CREATING, words))

    def _check(self, endpoint: Endpoint, progress: Progress, task: Task) -> None:
        """Probe a container until it is healthy, or its time is over. That its task has ended is seen elsewhere."""
        health = self._health
        deadline = time.monotonic() + health.deadline
        for pause in pauses(health.interval, len(self._nodes)):
            left = deadline - time.monotonic()
            problem = probe(endpoint, health.path, max(min(health.timeout, left), 0.001))
            if endpoint.host not in self._open:
                return
            if problem is None:
                progress.come_to(HostStep.READY)
                self._settle(endpoint)
                return
            if time.monotonic() + pause > deadline:
                words = f"not healthy within {health.deadline:g} s: {problem}"
                self._give_up(HostFailed(endpoint.host, HostStep.CHECKING, words), task)
                return
            self._wake.set()
            gevent.sleep(pause)

    def _give_up(self, failure: HostFailed, task: Task | None = None) -> None:
        self._open.pop(failure.host, None)
        self._outcomes.work(self._take_back, failure, task)

    def _take_back(self, failure: HostFailed, task: Task | None) -> None:
        """Take the release off a host on which it has failed, and off those others that have failed meanwhile."""
        if task is not None and failure.step is HostStep.CHECKING:
            failure.log = self._last_lines(task)
        self._given_up.append(failure)
        failures: list[HostFailed] = []
        try:
            with self._services.alone():
                failures, self._given_up = self._given_up, []
                if failures:
                    self._services.leave(self._release, {each.host for each in failures}, self._nodes)
        except (ShippyError, EngineError) as error:
            if not failures:
                failures, self._given_up = self._given_up, []
            hosts = ", ".join(each.host for each in failures)
            log.warning("%s keep what deploy %s started there: %s", hosts, self._release.deploy, error)
        for each in failures:
            self._outcomes.put(each)

    def _last_lines(self, task: Task) -> tuple[str, ...]:
        """The end of a task's log, or nothing where its node cannot read it back (some log drivers)."""
        try:
            return self._managers.logs(task["ID"], LOG_LINES)
        except (Unavailable, EngineError):
            return ()
