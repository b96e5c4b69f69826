"""A Docker Swarm of the playground's hosts: every one of them a manager, and a node that runs containers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import docker

from playground.machine.engine import Engine
from playground.machine.topology import Host

PORT = 2377
SECONDS = 60


class NoSwarm(RuntimeError):
    """There can be no swarm where one engine stands for all hosts."""


def make_swarm(hosts: Sequence[Host]) -> None:
    """Make a swarm of these hosts, which ends with them.

    Raises:
        NoSwarm: they have no engines of their own.
    """
    engines = [host.engine for host in hosts if host.engine]
    if len(engines) < len(hosts):
        raise NoSwarm("a swarm takes an engine of its own for each host, which needs Linux and root's rights")
    first, *others = engines
    with closing(_client(first)) as client:
        client.init_swarm(**_addresses(first))
        token = client.inspect_swarm()["JoinTokens"]["Manager"]
    for engine in others:
        with closing(_client(engine)) as client:
            client.join_swarm([f"{first.address}:{PORT}"], token, **_addresses(engine))


def _client(engine: Engine) -> docker.APIClient:
    return docker.APIClient(base_url=engine.socket, timeout=SECONDS)


def _addresses(engine: Engine) -> dict[str, Any]:
    return {"advertise_addr": engine.address, "listen_addr": f"{engine.address}:{PORT}"}
