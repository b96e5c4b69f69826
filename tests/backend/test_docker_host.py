from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shippy.backend.docker_containers import labels_of
from shippy.backend.docker_engine import Engine, TimeOuts
from shippy.backend.docker_host import DockerHost
from shippy.config.schema import ContainerSettings, Health
from shippy.errors import HostFailed
from shippy.model import HostStep, Image, Release, Slot
from tests.backend.scripted_engine import Answer, ScriptedEngine

RELEASE = Release("web", "d1", "c0ffee", Image("registry.example.com/acme/web:v1", "sha256:" + "a" * 64), Slot.BLUE)
STOP, REMOVE, REMOVED = "/containers/f00/stop", "/containers/f00", "/containers/f00/wait"
GONE = Answer(404, [{"message": "No such container: f00"}])
UNDER_WAY = Answer(409, [{"message": "removal of container f00 is already in progress"}])


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    """It has one container, which does as it is told."""
    listed: dict[str, Any] = {"Id": "f00", "Names": ["/f00"], "State": "running", "Ports": []}
    with ScriptedEngine() as engine:
        engine.on("GET", "/containers/json", Answer(lines=[[listed | {"Labels": labels_of(RELEASE, "web1")}]]))
        engine.on("POST", STOP, Answer(204, []))
        engine.on("DELETE", REMOVE, Answer(204, []))
        yield engine


@pytest.fixture
def host(scripted: ScriptedEngine) -> Iterator[DockerHost]:
    engine = Engine(scripted.host, TimeOuts(change=0.5))
    host = DockerHost("web", engine, ContainerSettings.model_validate({"stop_grace": "100ms"}), Health())
    yield host
    host.close()


def removed(host: DockerHost) -> list[str]:
    return [container.id for container in host.remove(frozenset())]


def test_a_container_is_stopped_with_its_grace_and_removed_with_its_volumes(
    scripted: ScriptedEngine, host: DockerHost
) -> None:
    assert removed(host) == ["f00"]
    queries = {asked.path: asked.query for asked in scripted.asked}
    assert queries[STOP] == "t=1"
    assert "v=True" in queries[REMOVE]


def test_a_container_that_is_gone_when_it_is_to_be_stopped_is_fine(scripted: ScriptedEngine, host: DockerHost) -> None:
    scripted.on("POST", STOP, GONE)
    scripted.on("DELETE", REMOVE, GONE)
    assert removed(host) == ["f00"]


def test_a_removal_that_is_under_way_is_waited_for(scripted: ScriptedEngine, host: DockerHost) -> None:
    scripted.on("DELETE", REMOVE, UNDER_WAY)
    scripted.on("POST", REMOVED, Answer(lines=[{"StatusCode": 0}]))
    assert removed(host) == ["f00"]
    assert scripted.count("POST", REMOVED) == 1


def test_a_removal_that_ended_before_it_could_be_waited_for_is_fine(scripted: ScriptedEngine, host: DockerHost) -> None:
    scripted.on("DELETE", REMOVE, UNDER_WAY)
    scripted.on("POST", REMOVED, GONE)
    assert removed(host) == ["f00"]


def test_a_container_that_cannot_be_removed_is_told(scripted: ScriptedEngine, host: DockerHost) -> None:
    scripted.on("DELETE", REMOVE, Answer(500, [{"message": "device or resource busy"}]))
    with pytest.raises(HostFailed) as failed:
        removed(host)
    assert failed.value == HostFailed("web1", HostStep.REMOVING, "device or resource busy")
