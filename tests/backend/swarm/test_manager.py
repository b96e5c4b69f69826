"""Asking the managers of a swarm, any of which may be gone, or without a leader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from shippy.backend.docker.engine import TimeOuts
from shippy.backend.engine.errors import EngineAnswered
from shippy.backend.swarm.manager import Managers
from shippy.config.hosts import Swarm, SwarmNode
from shippy.errors import Unavailable
from tests.backend.scripted_engine import Answer, ScriptedEngine
from tests.backend.swarm_entries import node

NODES = Answer(lines=[[node("web1")]])
NO_LEADER = {"message": "rpc error: code = Unknown desc = The swarm does not have a leader."}
SERVICE = {"ID": "s1", "Version": {"Index": 7}}


@contextmanager
def managers_of(*engines: ScriptedEngine) -> Iterator[Managers]:
    urls = tuple(engine.host.docker for engine in engines)
    swarm = Swarm(managers=urls, nodes=(SwarmNode(name="web1", address="10.0.0.11"),))
    with closing(Managers(swarm, TimeOuts(connect=1.0, ask=2.0))) as managers:
        yield managers


@pytest.fixture
def two() -> Iterator[tuple[ScriptedEngine, ScriptedEngine]]:
    with ExitStack() as ending:
        first, second = (ending.enter_context(ScriptedEngine()) for _ in range(2))
        yield first, second


def test_the_next_manager_is_asked_where_one_is_gone_and_stays_the_first(
    two: tuple[ScriptedEngine, ScriptedEngine],
) -> None:
    first, second = two
    second.on("GET", "/nodes", NODES)
    first.stop()
    with managers_of(first, second) as managers:
        assert [one["ID"] for one in managers.nodes()] == ["id-of-web1"]
        first.start()
        managers.nodes()
    assert second.count("GET", "/nodes") == 2
    assert first.asked == []


@pytest.mark.parametrize("status", [500, 503])
def test_managers_without_a_leader_are_asked_again(two: tuple[ScriptedEngine, ScriptedEngine], status: int) -> None:
    first, second = two
    first.on("GET", "/nodes", Answer(status, [NO_LEADER]), NODES)
    second.on("GET", "/nodes", Answer(status, [NO_LEADER]))
    with managers_of(first, second) as managers:
        assert managers.nodes()
    assert (first.count("GET", "/nodes"), second.count("GET", "/nodes")) == (2, 1)


def test_where_no_manager_answers_all_are_told(two: tuple[ScriptedEngine, ScriptedEngine]) -> None:
    for engine in two:
        engine.stop()
    with managers_of(*two) as managers, pytest.raises(Unavailable) as failed:
        managers.nodes()
    urls = [engine.host.docker for engine in two]
    assert failed.value.why == "; ".join(f"{url} does not answer (connection refused)" for url in urls)


def test_what_is_there_or_gone_already_is_no_error() -> None:
    with ScriptedEngine() as engine, managers_of(engine) as managers:
        engine.on("POST", "/services/create", Answer(409, [{"message": "name conflicts with an existing object"}]))
        assert managers.create({}, auth=None) is False
        assert managers.service("shippy-web-green-1") is None
        managers.remove("s1")


def test_a_service_that_somebody_else_has_changed_is_not_changed_and_not_tried_again() -> None:
    with ScriptedEngine() as engine, managers_of(engine) as managers:
        out_of_sequence = {"message": "rpc error: code = Unknown desc = update out of sequence"}
        engine.on("POST", "/services/s1/update", Answer(500, [out_of_sequence]))
        assert managers.update(SERVICE, {}) is False
        assert [asked.query for asked in engine.asked if asked.method == "POST"] == ["version=7"]


def test_a_refusal_is_the_swarms_own_words() -> None:
    with ScriptedEngine() as engine, managers_of(engine) as managers:
        engine.on("POST", "/services/create", Answer(400, [{"message": "invalid bind mount source"}]))
        with pytest.raises(EngineAnswered, match="invalid bind mount source"):
            managers.create({}, auth=None)
