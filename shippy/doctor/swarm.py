"""A swarm: each of its managers, and the nodes that an app may run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from shippy.backend.swarm.fleet import SwarmFleet
from shippy.config import App
from shippy.config.hosts import Host, Swarm
from shippy.doctor.findings import Examination, Findings, missing, ok, warning
from shippy.doctor.hosts import TIME_OUTS, engine_of, reachable
from shippy.errors import HostFailed

FOR_ONE_TO_BE_LOST = 3


def engines(name: str, app: App, swarm: Swarm) -> Iterator[Examination]:
    """Those that are reached: the managers, and the nodes of which the config says how."""
    for url in swarm.managers:
        host = Host(name="manager", docker=url, tls=swarm.tls, address=url)
        yield Examination(f"Manager {url} of {name}", partial(engine_of, app, host))
    for node in swarm.nodes:
        if node.docker:
            host = Host(name=node.name, docker=node.docker, tls=node.tls, address=node.address)
            yield Examination(f"Node {node.name} of {name}", partial(engine_of, app, host))


def nodes(name: str, app: App, swarm: Swarm) -> Findings:
    """What the swarm says of the nodes of the config, and of the app's containers there."""
    with closing(SwarmFleet(name, app, swarm, TIME_OUTS)) as fleet:
        if len(swarm.managers) < FOR_ONE_TO_BE_LOST:
            yield warning("a swarm with three managers can lose one: name all that there are")
        found = fleet.nodes()
        for node in found.values():
            if node.silent:
                yield missing(f"{node.host} cannot run it: {node.silent}")
            elif node.closed:
                yield warning(f"{node.host} {node.closed}: a deploy does without it")
            else:
                yield ok(f"{node.host} is there, and takes containers")
        there = [one for each in fleet.containers().values() if not isinstance(each, HostFailed) for one in each]
        yield from reachable(name, [one.endpoint for one in there if one.endpoint])
