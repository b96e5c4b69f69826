"""What the tasks of a swarm tell: the containers on each node, how far one has come, and why one has failed. Pure.

A task's states are, in order: new, pending, assigned, accepted, preparing, ready, starting, running; and it ends as
complete, failed, rejected, shutdown or orphaned (https://docs.docker.com/engine/swarm/how-swarm-mode-works/swarm-task-states/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shippy.backend.docker.containers import APP, COMMIT, DEPLOY, SLOT
from shippy.backend.docker.errors import first_line
from shippy.backend.swarm.nodes import Node
from shippy.backend.swarm.spec import PORT, container_name
from shippy.errors import HostFailed
from shippy.model import Container, Endpoint, HostStep, Image, Release, Slot

Task = Mapping[str, Any]

PREPARING, RUNNING = "preparing", "running"
ENDED = frozenset({"complete", "failed", "rejected", "shutdown", "orphaned"})
STEPS = {
    PREPARING: HostStep.PULLING,
    "ready": HostStep.STARTING,
    "starting": HostStep.STARTING,
    RUNNING: HostStep.CHECKING,
}
# What a task's message says of the moment at which it failed.
FAILED_WHILE = {PREPARING: HostStep.CREATING, "starting": HostStep.STARTING}
STARTED = "started"
EXIT = re.compile(r"task: non-zero exit \(\d+\)(: )?")


def state_of(task: Task) -> str:
    return str(task["Status"]["State"])


def deploy_of(task: Task) -> str:
    return str(task["Spec"]["ContainerSpec"]["Labels"][DEPLOY])


def is_wanted(task: Task) -> bool:
    """Whether the swarm wants it to run, now or after the pause before it starts again."""
    return task["DesiredState"] in {"ready", RUNNING}


def on_node(tasks: Iterable[Task], node: Node) -> list[Task]:
    """Those of a node, the newest last."""
    return sorted((task for task in tasks if task.get("NodeID") == node.id), key=lambda task: str(task["CreatedAt"]))


def containers_on(node: Node, tasks: Sequence[Task]) -> tuple[Container, ...]:
    """The containers of a node, one a deploy.

    Those that have ended stay with their node as the swarm's history. They count only while another is about to take
    their place there.
    """
    by_deploy: dict[str, list[Task]] = {}
    for task in on_node(tasks, node):
        by_deploy.setdefault(deploy_of(task), []).append(task)
    # What takes the place of a task has its number, and for a moment no node yet.
    unplaced = {(deploy_of(task), task.get("Slot")) for task in tasks if not task.get("NodeID") and is_wanted(task)}
    shown = (_shown(there, replaced=(deploy, there[-1].get("Slot")) in unplaced) for deploy, there in by_deploy.items())
    return tuple(_container(node, task, restarts=restarts) for task, restarts in filter(None, shown))


def endpoint_of(node: Node, task: Task) -> Endpoint | None:
    """Where a task answers, as long as it runs."""
    if state_of(task) != RUNNING or not is_wanted(task):
        return None
    return Endpoint(node.host, node.address, int(task["Spec"]["ContainerSpec"]["Labels"][PORT]))


def failure_of(node: Node, task: Task, reached: HostStep, log: Sequence[str] = ()) -> HostFailed:
    """Why a task has ended, in its own words."""
    status = task["Status"]
    words = status.get("Err") or status.get("Message") or f"the task is {status['State']}"
    if status.get("Message") != STARTED:
        step = HostStep.PULLING if reached is HostStep.PULLING else FAILED_WHILE.get(status.get("Message"), reached)
        return HostFailed(node.host, step, first_line(words))
    more = first_line(EXIT.sub("", status.get("Err") or ""))
    reason = f"the container exited: {more}" if more else "the container exited"
    return HostFailed(node.host, HostStep.CHECKING, reason, exit_code_of(task), tuple(log))


def exit_code_of(task: Task) -> int | None:
    code = (task["Status"].get("ContainerStatus") or {}).get("ExitCode")
    return None if code is None else int(code)


def why_pending(tasks: Iterable[Task]) -> str | None:
    """Why the swarm has found no node for a task, where it has said so."""
    words = (task["Status"].get("Err") for task in tasks if not task.get("NodeID") and is_wanted(task))
    return next(filter(None, words), None)


def _shown(tasks: Sequence[Task], *, replaced: bool) -> tuple[Task, bool] | None:
    """The task of a deploy whose container is on the node, and whether another is about to take its place."""
    made = [task for task in tasks if container_id(task)]
    going = [task for task in made if state_of(task) not in ENDED]
    if going:
        return going[-1], False
    return (made[-1], True) if made and (replaced or any(map(is_wanted, tasks))) else None


def _container(node: Node, task: Task, *, restarts: bool) -> Container:
    labels = task["Spec"]["ContainerSpec"]["Labels"]
    release = Release(labels[APP], labels[DEPLOY], labels[COMMIT], Image("", ""), Slot(labels[SLOT]))
    return Container(
        host=node.host,
        id=container_id(task),
        name=container_name(release, node.host),
        app=release.app,
        deploy=release.deploy,
        commit=release.commit,
        slot=release.slot,
        state="restarting" if restarts else RUNNING if state_of(task) == RUNNING else "created",
        endpoint=endpoint_of(node, task),
    )


def container_id(task: Task) -> str:
    return str((task["Status"].get("ContainerStatus") or {}).get("ContainerID") or "")
