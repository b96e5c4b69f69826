from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent.event import Event

from shippy.backend.docker.containers import labels_of
from shippy.backend.docker.engine import Engine, TimeOuts
from shippy.backend.docker.host import DockerHost
from shippy.config.schema import ContainerSettings, Health
from shippy.errors import HostFailed
from shippy.model import Endpoint, HostStep, Image, Release, Slot
from tests.backend.scripted_engine import Answer, ScriptedEngine
from tests.waiting import eventually

RELEASE = Release("web", "d1", "c0ffee", Image("registry.example.com/acme/web:v1", "sha256:" + "a" * 64), Slot.BLUE)
STOP, REMOVE, REMOVED = "/containers/f00/stop", "/containers/f00", "/containers/f00/wait"
CREATE, START, CONTAINER = "/containers/create", "/containers/f00/start", "/containers/f00/json"
IMAGE = f"/images/{RELEASE.image.pinned}/json"
GONE = Answer(404, [{"message": "No such container: f00"}])
TAKEN = Answer(409, [{"message": "the name is in use"}])
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


@pytest.fixture
def starting(scripted: ScriptedEngine) -> ScriptedEngine:
    """It starts what it is asked for, which answers where the engine itself does."""
    published = {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(scripted.port)}], "9090/tcp": None}
    running = {"Id": "f00", "State": {"Status": "running"}, "NetworkSettings": {"Ports": published}}
    scripted.on("GET", IMAGE, Answer())
    scripted.on("POST", CREATE, Answer(201, [{"Id": "f00"}]))
    scripted.on("POST", START, Answer(204, []))
    scripted.on("GET", CONTAINER, Answer(lines=[running]))
    scripted.on("GET", "/health", Answer())
    return scripted


def nothing(_: object) -> None:
    """For those who want no reports."""


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


def test_nothing_needless_is_asked_between_the_image_and_the_first_probe(
    starting: ScriptedEngine, host: DockerHost
) -> None:
    host.pull(RELEASE.image, nothing)
    before = len(starting.asked)
    assert host.prepare(RELEASE, nothing) == Endpoint("web1", "127.0.0.1", starting.port)
    assert [asked.path for asked in starting.asked[before:]] == [CREATE, START, CONTAINER, "/health"]


def test_an_image_that_somebody_has_removed_is_brought_again(starting: ScriptedEngine, host: DockerHost) -> None:
    host.pull(RELEASE.image, nothing)
    starting.on("POST", CREATE, Answer(404, [{"message": "No such image"}]), Answer(201, [{"Id": "f00"}]))
    assert host.prepare(RELEASE, nothing).port == starting.port
    assert starting.count("GET", IMAGE) == 2


def test_a_container_of_the_deploy_that_runs_already_is_kept(starting: ScriptedEngine, host: DockerHost) -> None:
    there = {"Id": "f00", "Names": ["/f00"], "State": "running", "Labels": labels_of(RELEASE, "web1")}
    port = {"PublicPort": starting.port, "IP": "127.0.0.1"}
    starting.on("GET", "/containers/json", Answer(lines=[[there | {"Ports": [port]}]]))
    starting.on("POST", CREATE, TAKEN)
    assert host.prepare(RELEASE, nothing).port == starting.port
    assert (starting.count("POST", START), starting.count("DELETE", REMOVE)) == (0, 0)


def test_a_container_of_the_deploy_that_has_ended_makes_room_for_another(
    starting: ScriptedEngine, host: DockerHost
) -> None:
    starting.on("POST", CREATE, TAKEN, Answer(201, [{"Id": "f00"}]))
    assert host.prepare(RELEASE, nothing).port == starting.port
    assert (starting.count("POST", START), starting.count("DELETE", REMOVE)) == (1, 1)


def test_a_name_that_something_else_has_taken_is_told(starting: ScriptedEngine, host: DockerHost) -> None:
    starting.on("GET", "/containers/json", Answer(lines=[[]]))
    starting.on("POST", CREATE, TAKEN)
    with pytest.raises(HostFailed) as failed:
        host.prepare(RELEASE, nothing)
    assert failed.value == HostFailed("web1", HostStep.CREATING, "the name is in use")


def test_what_an_engine_tells_again_is_read_once_and_what_it_tells_anew_is_read(
    scripted: ScriptedEngine, host: DockerHost
) -> None:
    first = host.containers()
    assert host.containers() is first
    scripted.on("GET", "/containers/json", Answer(lines=[[]]))
    assert host.containers() == ()
    assert scripted.count("GET", "/containers/json") == 3


def late(scripted: ScriptedEngine) -> None:
    """The engine has created the container by now."""
    listed = {"Id": "f00", "Names": ["/f00"], "State": "created", "Ports": [], "Labels": labels_of(RELEASE, "web1")}
    scripted.on("GET", "/containers/json", Answer(lines=[[listed]]))


def test_what_a_silent_engine_creates_after_it_was_given_up_on_is_removed(
    starting: ScriptedEngine, host: DockerHost
) -> None:
    over = Event()
    starting.on("GET", "/containers/json", Answer(lines=[[]]))
    starting.on("POST", CREATE, Answer(201, [lambda: over.wait(5), {"Id": "f00"}]))
    with pytest.raises(HostFailed, match="no answer"):
        host.prepare(RELEASE, nothing)
    late(starting)
    over.set()
    host.watch()()
    assert eventually(lambda: starting.count("DELETE", REMOVE) == 1, 5)


def test_what_is_created_while_it_is_prepared_is_left_alone(starting: ScriptedEngine, host: DockerHost) -> None:
    over = Event()
    late(starting)
    starting.on("POST", START, Answer(204, [lambda: over.wait(0.2)]))
    preparing = gevent.spawn(host.prepare, RELEASE, nothing)
    assert eventually(lambda: starting.count("POST", START) == 1, 5)
    host.watch()()
    over.set()
    preparing.get(timeout=5)
    assert starting.count("DELETE", REMOVE) == 0
