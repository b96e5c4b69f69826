"""What a fleet does for its containers once they are healthy."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from shippy.backend.docker.containers import labels_of, name_of
from shippy.backend.docker.fleet import DockerFleet
from shippy.errors import HostFailed
from shippy.model import Endpoint, Image, Release, Slot
from tests.backend.scripted_engine import Answer, ScriptedEngine
from tests.integration.fleets import app_on

RELEASE = Release("web", "d1", "c0ffee", Image("registry.example.com/acme/web:v1", "sha256:" + "a" * 64), Slot.BLUE)
UPDATE = f"/containers/{name_of(RELEASE, 'web1')}/update"


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    """It starts a container that answers where the engine itself does."""
    with ScriptedEngine() as engine:
        published = {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(engine.port)}]}
        state = {"Status": "running"}
        listed: dict[str, Any] = {"Id": "f00", "Names": ["/f00"], "State": "running"}
        listed |= {"Labels": labels_of(RELEASE, "web1"), "Ports": [{"PublicPort": engine.port}]}
        engine.on("GET", f"/images/{RELEASE.image.pinned}/json", Answer())
        engine.on("POST", "/containers/create", Answer(201, [{"Id": "f00"}]))
        engine.on("POST", "/containers/f00/start", Answer(204, []))
        found = {"Id": "f00", "State": state, "NetworkSettings": {"Ports": published}}
        engine.on("GET", "/containers/f00/json", Answer(lines=[found]))
        engine.on("GET", "/containers/json", Answer(lines=[[listed]]))
        engine.on("GET", "/health", Answer())
        yield engine


def prepared(scripted: ScriptedEngine) -> tuple[list[Endpoint | HostFailed], list[int]]:
    """The outcomes, and how often the engine had been told to keep the container running when each came."""
    outcomes: list[Endpoint | HostFailed] = []
    told: list[int] = []

    def finished(outcome: Endpoint | HostFailed) -> None:
        outcomes.append(outcome)
        told.append(scripted.count("POST", UPDATE))

    with closing(DockerFleet("web", app_on([scripted.host]))) as fleet:
        fleet.prepare(RELEASE, lambda _: None, finished)
    return outcomes, told


def test_a_host_is_ready_before_its_engine_is_told_to_keep_the_container_running(scripted: ScriptedEngine) -> None:
    scripted.on("POST", UPDATE, Answer())
    outcomes, told = prepared(scripted)
    assert outcomes == [Endpoint("web1", "127.0.0.1", scripted.port)]
    assert told == [0]
    assert scripted.count("POST", UPDATE) == 1


def test_an_engine_that_will_not_keep_it_running_is_logged_and_the_host_stays_ready(
    scripted: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    scripted.on("POST", UPDATE, Answer(500, [{"message": "cannot update"}]))
    with caplog.at_level(logging.WARNING):
        outcomes, _ = prepared(scripted)
    assert outcomes == [Endpoint("web1", "127.0.0.1", scripted.port)]
    assert "web1 may not start deploy d1 again: cannot update" in caplog.text
