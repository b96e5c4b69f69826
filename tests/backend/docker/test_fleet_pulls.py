"""How many hosts pull at the same time, and how often each does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import gevent
import pytest
from gevent.event import Event

from shippy.backend.docker.fleet import DockerFleet
from shippy.model import Image
from tests.backend.scripted_engine import Answer, ScriptedEngine
from tests.integration.fleets import app_on

HOSTS = 7
IMAGE = Image("registry.example.com/acme/web:v1", "sha256:" + "a" * 64)
INSPECTION = f"/images/{IMAGE.pinned}/json"


class Registry:
    """Every pull waits until it is let go."""

    def __init__(self, scripted: ScriptedEngine) -> None:
        self.now = self.most = 0
        self.go = Event()
        self.under_way = Event()
        scripted.on("GET", INSPECTION, Answer(404, [{"message": "No such image"}]))
        scripted.on("POST", "/images/create", Answer(lines=[{}, self._begin, self._wait, {"status": "Downloaded"}]))

    def _begin(self) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        self.under_way.set()

    def _wait(self) -> None:
        self.go.wait(10)
        self.now -= 1


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    with ScriptedEngine() as engine:
        yield engine


def fleet_of(scripted: ScriptedEngine, hosts: int, pull_at_once: int) -> DockerFleet:
    app = app_on([scripted.host_called(f"web{number}") for number in range(hosts)], pull_at_once=pull_at_once)
    return DockerFleet("web", app)


def test_only_so_many_hosts_pull_at_once_and_all_of_them_in_the_end(scripted: ScriptedEngine) -> None:
    registry = Registry(scripted)
    with closing(fleet_of(scripted, HOSTS, pull_at_once=3)) as fleet:
        having: list[object] = []
        pulling = gevent.spawn(fleet.pull, IMAGE, lambda _: None, having.append)
        assert registry.under_way.wait(5)
        registry.go.set()
        assert pulling.get(timeout=10) == {}
    assert len(having) == HOSTS
    assert scripted.count("POST", "/images/create") == HOSTS
    assert 1 <= registry.most <= 3


def test_who_waits_for_a_turn_can_be_killed_and_holds_up_nobody(scripted: ScriptedEngine) -> None:
    registry = Registry(scripted)
    with closing(fleet_of(scripted, HOSTS, pull_at_once=1)) as fleet:
        pulling = gevent.spawn(fleet.pull, IMAGE, lambda _: None)
        assert registry.under_way.wait(5)
        pulling.kill(timeout=2)
        assert pulling.dead
        registry.go.set()
        assert fleet.pull(IMAGE, lambda _: None) == {}


def test_what_is_being_pulled_is_not_pulled_a_second_time(scripted: ScriptedEngine) -> None:
    registry = Registry(scripted)
    with closing(fleet_of(scripted, 1, pull_at_once=5)) as fleet:
        first, second = (gevent.spawn(fleet.pull, IMAGE, lambda _: None) for _ in range(2))
        assert registry.under_way.wait(5)
        scripted.on("GET", INSPECTION, Answer())
        registry.go.set()
        assert (first.get(timeout=5), second.get(timeout=5)) == ({}, {})
    assert scripted.count("POST", "/images/create") == 1


def test_a_pull_that_fails_has_failed_for_whoever_waits_for_it(scripted: ScriptedEngine) -> None:
    reached, go = Event(), Event()
    denied = Answer(403, [{"message": "denied"}])
    scripted.on("GET", INSPECTION, Answer(404, [reached.set, lambda: go.wait(5), {"message": "No such image"}]))
    scripted.on("POST", "/images/create", denied)
    with closing(fleet_of(scripted, 1, pull_at_once=5)) as fleet:
        first, second = (gevent.spawn(fleet.pull, IMAGE, lambda _: None) for _ in range(2))
        assert reached.wait(5)
        go.set()
        assert first.get(timeout=5)["web0"].reason == second.get(timeout=5)["web0"].reason == "denied"
        assert scripted.count("POST", "/images/create") == 1
        assert fleet.pull(IMAGE, lambda _: None)["web0"].reason == "denied"
    assert scripted.count("POST", "/images/create") == 2
