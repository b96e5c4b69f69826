"""What is made of a swarm's tasks."""

from __future__ import annotations

from typing import Any

import pytest

from shippy.backend.swarm.tasks import containers_on, failure_of, why_pending
from shippy.errors import HostFailed
from shippy.model import Container, Endpoint, HostStep, Slot
from tests.backend.swarm_entries import PORT, RELEASE, WEB1, WEB2, task


def test_a_running_task_is_a_container_at_its_nodes_address() -> None:
    assert containers_on(WEB1, [task("running"), task("running", WEB2, number=2)]) == (
        Container(
            host="web1",
            id="container1",
            name="shippy-web-green-000-ab12cd34.web1",
            app="web",
            deploy=RELEASE.deploy,
            commit="c0ffee",
            slot=Slot.GREEN,
            state="running",
            endpoint=Endpoint("web1", "10.0.0.11", PORT),
        ),
    )


def test_a_task_that_is_being_removed_takes_no_visitors() -> None:
    (container,) = containers_on(WEB1, [task("running", wanted="remove")])
    assert (container.state, container.endpoint) == ("running", None)


@pytest.mark.parametrize("state", ["new", "pending", "assigned", "preparing"])
def test_a_task_without_a_container_is_none(state: str) -> None:
    assert containers_on(WEB1, [task(state, ContainerStatus=None)]) == ()


@pytest.mark.parametrize("place", [WEB1, None])
def test_a_container_that_has_ended_counts_while_another_takes_its_place(place: Any) -> None:
    ended = task("failed", wanted="shutdown")
    (container,) = containers_on(WEB1, [ended, task("pending", place, number=2, wanted="ready", ContainerStatus=None)])
    assert (container.id, container.state, container.endpoint) == ("container1", "restarting", None)
    (container,) = containers_on(WEB1, [ended, task("running", number=2)])
    assert container.id == "container2"


def test_what_a_swarm_keeps_as_its_history_is_no_container() -> None:
    elsewhere = task("running", WEB2, number=2)
    assert containers_on(WEB1, [task("failed", wanted="shutdown"), elsewhere]) == ()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (
            {"Err": "task: non-zero exit (3)", "ContainerStatus": {"ContainerID": "c", "ExitCode": 3}},
            HostFailed("web1", HostStep.CHECKING, "the container exited", 3, ("a line",)),
        ),
        (
            {
                "Err": "task: non-zero exit (137): dockerexec: unhealthy container",
                "ContainerStatus": {"ContainerID": "c", "ExitCode": 137},
            },
            HostFailed(
                "web1", HostStep.CHECKING, "the container exited: dockerexec: unhealthy container", 137, ("a line",)
            ),
        ),
        (
            {"Message": "preparing", "Err": 'invalid mount config for type "bind": no such path\nmore'},
            HostFailed("web1", HostStep.CREATING, 'invalid mount config for type "bind": no such path'),
        ),
        (
            {"Message": "starting", "Err": "starting container failed: no such file"},
            HostFailed("web1", HostStep.STARTING, "starting container failed: no such file"),
        ),
    ],
)
def test_a_failure_is_told_in_the_tasks_own_words(status: dict[str, Any], expected: HostFailed) -> None:
    assert failure_of(WEB1, task("failed", **status), HostStep.STARTING, ["a line"]) == expected


def test_an_image_that_is_not_there_fails_the_pull() -> None:
    rejected = task("rejected", Message="preparing", Err="No such image: r/acme/web@sha256:1")
    failure = failure_of(WEB1, rejected, HostStep.PULLING)
    assert (failure.step, failure.reason) == (HostStep.PULLING, "No such image: r/acme/web@sha256:1")


def test_the_swarm_tells_why_it_finds_no_node() -> None:
    words = "no suitable node (host-mode port already in use on 3 nodes)"
    assert why_pending([task("running"), task("pending", None, number=2, Err=words)]) == words
    assert why_pending([task("running")]) is None
