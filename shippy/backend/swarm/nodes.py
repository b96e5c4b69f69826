"""The nodes of a swarm that an app may run on: which of them the swarm knows, and which take a container. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shippy.config.hosts import SwarmNode

READY = "ready"
UNKNOWN = "unknown"
ACTIVE = "active"
UNREACHABLE = "unreachable"
TAKES_NONE = {"drain": "is drained", "pause": "is paused"}


@dataclass(frozen=True, slots=True)
class Node:
    """A host of the fleet.

    Attributes:
        down: why the swarm does not know what it runs.
        lost: why that may be so soon: it is told early, and may pass.
        closed: why it takes nothing new.
    """

    host: str
    address: str
    id: str = ""
    down: str | None = None
    lost: str | None = None
    closed: str | None = None

    @property
    def name(self) -> str:
        return self.host

    @property
    def silent(self) -> str | None:
        return self.down or self.lost

    @property
    def problem(self) -> str | None:
        """Why there is no use in putting a container there."""
        return self.down or self.closed


def matched(configured: Sequence[SwarmNode], entries: Sequence[Mapping[str, Any]]) -> dict[str, Node]:
    """The nodes by their hosts' names, in the config's order; `entries` are those of `GET /nodes`."""
    return {node.name: _matched(node, entries) for node in configured}


def excluded(nodes: Mapping[str, Node], hosts: frozenset[str], entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """The constraints that keep a service off every node but those of these hosts."""
    chosen = {nodes[host].id for host in hosts if host in nodes}
    return sorted(f"node.id!={entry['ID']}" for entry in entries if entry["ID"] not in chosen)


def _matched(node: SwarmNode, entries: Sequence[Mapping[str, Any]]) -> Node:
    found = [entry for entry in entries if node.known_as in (entry["ID"], entry["Description"].get("Hostname"))]
    if len(found) != 1:
        count = f"{len(found)} nodes" if found else "no node"
        return Node(node.name, node.address, down=f"the swarm has {count} called {node.known_as}")
    entry = found[0]
    closed = TAKES_NONE.get(entry["Spec"]["Availability"])
    return Node(node.name, node.address, entry["ID"], _down(entry["Status"]), _lost(entry), closed)


def _down(status: Mapping[str, Any]) -> str | None:
    """A node that is lost is told as down after some twelve seconds.

    A manager that has just become the leader has not heard of any node yet: they are taken to be as they were.
    """
    if status["State"] in {READY, UNKNOWN}:
        return None
    words = f"the swarm takes it for {status['State']}"
    return f"{words} ({status['Message']})" if status.get("Message") else words


def _lost(entry: Mapping[str, Any]) -> str | None:
    """A manager that is lost is told as unreachable within a second."""
    reachable = entry.get("ManagerStatus", {}).get("Reachability") != UNREACHABLE
    return None if reachable else "the swarm's other managers do not reach it"
