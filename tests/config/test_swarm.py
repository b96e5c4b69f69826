"""A swarm in place of hosts."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shippy.config.schema import App

NODES = [{"name": "web1", "address": "10.0.0.11"}, {"name": "web2", "address": "10.0.0.12", "node": "ip-10-0-0-12"}]
SWARM = {"managers": ["tcp://10.0.0.11:2376", "tcp://10.0.0.12:2376"], "nodes": NODES}


def app(swarm: dict[str, Any] | None, **changed: Any) -> App:
    keys = {
        "repository": "acme/web",
        "image": "registry.example.com/acme/web:{commit}",
        "balancers": [{"name": "lb1", "runtime": "tcp://10.0.0.5:9999"}],
        "vip": "http://10.0.0.5:8001/",
        "public": "https://www.example.com/",
    }
    return App.model_validate(keys | ({"swarm": swarm} if swarm else {}) | changed)


def test_an_app_runs_on_its_swarms_nodes_and_needs_all_of_them() -> None:
    web = app(SWARM)
    assert [(node.name, node.address) for node in web.machines] == [("web1", "10.0.0.11"), ("web2", "10.0.0.12")]
    assert web.needed_hosts == 2


def test_as_many_hosts_are_needed_as_there_are_replicas() -> None:
    assert app(SWARM | {"replicas": 1}).needed_hosts == 1
    assert app(SWARM | {"replicas": 2}, min_hosts=1).needed_hosts == 1


def test_a_node_is_known_by_its_name_where_the_swarm_calls_it_nothing_else() -> None:
    swarm = app(SWARM).swarm
    assert swarm is not None
    assert [node.known_as for node in swarm.nodes] == ["web1", "ip-10-0-0-12"]


@pytest.mark.parametrize(
    "constraint",
    ["node.labels.web==yes", "node.role != manager", "engine.labels.disk == ssd", "node.platform.os==linux"],
)
def test_placement_is_what_docker_takes(constraint: str) -> None:
    assert app(SWARM | {"placement": [constraint]}).swarm


A_NAME_TWICE = "a name of its own for each, but web1 is there more than once"


@pytest.mark.parametrize(
    ("swarm", "changed", "where", "expected"),
    [
        (None, {}, "hosts", "at least one"),
        (SWARM, {"hosts": [{"name": "a", "docker": "tcp://a", "address": "a"}]}, "hosts", "either hosts or a swarm"),
        (SWARM | {"managers": []}, {}, "swarm.managers", "at least one"),
        (SWARM | {"managers": ["http://a"]}, {}, "swarm.managers.0", "a URL that starts with unix:// or tcp://"),
        (SWARM | {"nodes": []}, {}, "swarm.nodes", "at least one"),
        (SWARM | {"nodes": [NODES[0], NODES[0]]}, {}, "swarm.nodes", A_NAME_TWICE),
        (SWARM | {"nodes": [NODES[0], NODES[1] | {"node": "web1"}]}, {}, "swarm.nodes", A_NAME_TWICE),
        (SWARM | {"nodes": [{"name": "web1"}]}, {}, "swarm.nodes.0.address", "required"),
        (SWARM | {"replicas": 3}, {}, "swarm.replicas", "at most the number of nodes, which is 2"),
        (SWARM | {"replicas": 0}, {}, "swarm.replicas", "greater than or equal to 1"),
        (SWARM | {"placement": ["on web1"]}, {}, "swarm.placement.0", "a placement constraint, such as"),
        (SWARM | {"placement": ["node.name == a"]}, {}, "swarm.placement.0", "a placement constraint, such as"),
        (SWARM | {"replicas": 1}, {"min_hosts": 2}, "min_hosts", "the swarm's replicas, which is 1"),
        (SWARM, {"min_hosts": 3}, "min_hosts", "the swarm's replicas, which is 2"),
    ],
)
def test_a_mistake_is_told_with_its_key(
    swarm: dict[str, Any] | None, changed: dict[str, Any], where: str, expected: str
) -> None:
    with pytest.raises(ValidationError) as failed:
        app(swarm, **changed)
    mistakes = {".".join(map(str, error["loc"])): error["msg"] for error in failed.value.errors()}
    assert list(mistakes) == [where]
    assert expected in mistakes[where]
