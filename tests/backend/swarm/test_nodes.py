"""Which of the config's nodes the swarm has, and which of them take a container."""

from __future__ import annotations

import pytest

from shippy.backend.swarm.nodes import excluded, matched
from shippy.config.hosts import SwarmNode
from tests.backend.swarm_entries import node


def configured(*names: str, **known_as: str) -> list[SwarmNode]:
    plain = [SwarmNode(name=name, address="10.0.0.1") for name in names]
    return plain + [SwarmNode(name=name, address="10.0.0.1", node=known) for name, known in known_as.items()]


def test_nodes_are_found_by_their_hostnames_or_ids() -> None:
    found = matched(configured("web1", web2="id-of-b"), [node("b"), node("web1")])
    assert [(name, each.id, each.problem) for name, each in found.items()] == [
        ("web1", "id-of-web1", None),
        ("web2", "id-of-b", None),
    ]


def test_a_hostname_that_two_nodes_have_is_none() -> None:
    twice = matched(configured("vm"), [node("vm"), {**node("vm"), "ID": "other"}])
    assert twice["vm"].down == "the swarm has 2 nodes called vm"
    assert matched(configured("vm"), [])["vm"].down == "the swarm has no node called vm"


@pytest.mark.parametrize(
    ("entry", "silent", "problem"),
    [
        (node("a"), None, None),
        (node("a", "unknown"), None, None),
        (node("a", "disconnected"), "the swarm takes it for disconnected", "the swarm takes it for disconnected"),
        (
            node("a", Status={"State": "down", "Message": "heartbeat failure"}),
            "the swarm takes it for down (heartbeat failure)",
            "the swarm takes it for down (heartbeat failure)",
        ),
        (node("a", ManagerStatus={"Reachability": "unreachable"}), "the swarm's other managers do not reach it", None),
        (node("a", Spec={"Availability": "drain"}), None, "is drained"),
        (node("a", Spec={"Availability": "pause"}), None, "is paused"),
    ],
)
def test_what_is_wrong_with_a_node_is_told(entry: dict[str, object], silent: str | None, problem: str | None) -> None:
    found = matched(configured("a"), [entry])["a"]
    assert (found.silent, found.problem) == (silent, problem)


def test_a_service_is_kept_off_every_node_but_its_own() -> None:
    entries = [node("a"), node("b"), node("nobody-configured")]
    nodes = matched(configured("a", "b"), entries)
    assert excluded(nodes, frozenset({"b"}), entries) == ["node.id!=id-of-a", "node.id!=id-of-nobody-configured"]
