"""The machines of a whole playground, in the way that this machine allows.

On Linux as root every host is an engine of its own, with its own network and address. Elsewhere the one engine that is
there stands for all the hosts: each has its own name, and the same URL and address.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.machine.balancer import Balancer, Ports
from playground.machine.certificates import TlsFiles
from playground.machine.engine import Engine
from playground.machine.leftovers import record_shared_engine
from playground.machine.network import Network, is_free
from playground.machine.packages import MissingPrograms, how_to_get, missing, own_hosts_possible
from playground.machine.probes import engine_answers
from playground.machine.registry import Registry
from playground.machine.world import World

HOSTS = ("web1", "web2", "web3")
BALANCERS = ("lb1", "lb2")
FIRST_BALANCER = 2
REGISTRY_NUMBER = 8
BUILDER_NUMBER = 10
FIRST_HOST = 11
SOCKETS = ("/var/run/docker.sock", "~/.docker/run/docker.sock", "~/.colima/default/docker.sock")


class NoEngine(RuntimeError):
    """No Docker engine answers on this machine. Says where it was looked for, and what to install."""


@dataclass(frozen=True)
class Host:
    """A Docker host: its engine's URL, and the address at which its published ports are reached.

    Attributes:
        tls: what a client of its engine needs; None for an engine without TLS.
        engine: the engine itself, to be stopped, frozen or cut off; None where one engine stands for all hosts.
    """

    name: str
    docker: str
    address: str
    tls: TlsFiles | None = None
    engine: Engine | None = None


@dataclass(frozen=True)
class Machines:
    """Hosts and a registry that run, and balancers that wait for the configuration that `Balancer.start` gives them.

    Attributes:
        builder: URL of the engine that builds images and pushes them to the registry.
        network: None where one engine stands for all hosts.
    """

    world: World
    hosts: tuple[Host, ...]
    builder: str
    registry: Registry
    balancers: tuple[Balancer, ...]
    network: Network | None = None

    def stop(self) -> None:
        """End everything and leave nothing behind. May be called again."""
        for host in self.hosts:
            if host.engine:
                host.engine.kill()
        if self.network:
            self.network.destroy()
        self.world.close()

    def __enter__(self) -> Machines:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_machines(
    hosts: Sequence[str] = HOSTS,
    balancers: Sequence[str] = BALANCERS,
    *,
    tls: Collection[str] = (),
    own_hosts: bool | None = None,
    state: Path | None = None,
) -> Machines:
    """Start everything that a world needs, side by side.

    Args:
        tls: names of hosts whose engines speak TLS, where every host has an engine of its own.
        own_hosts: whether every host has an engine of its own; left out, it has where that is possible.

    Raises:
        MissingPrograms: something has to be installed first.
        NoEngine: one engine was to stand for all hosts, and none answers.
        ProcessFailed: a program could not start; with the last lines of its log.
    """
    own_hosts = own_hosts_possible() if own_hosts is None else own_hosts
    if lacking := missing(own_hosts=own_hosts):
        raise MissingPrograms(how_to_get(lacking))
    engine = "" if own_hosts else find_engine()
    world = World.claim(state, is_free) if own_hosts else World.claim(state)
    try:
        if own_hosts:
            return _with_own_hosts(world, hosts, balancers, tls)
        return _with_shared_engine(world, hosts, balancers, engine)
    except BaseException:  # also an interrupt while it starts must leave nothing behind
        world.close()
        raise


def find_engine() -> str:
    """The URL of the engine that DOCKER_HOST names, or else of the first that answers at a usual socket.

    Raises:
        NoEngine: none answers.
    """
    named = os.environ.get("DOCKER_HOST")
    candidates = [named] if named else [f"unix://{Path(path).expanduser()}" for path in SOCKETS]
    for url in candidates:
        if engine_answers(url):
            return url
    raise NoEngine(
        f"no Docker engine answers at {' or '.join(candidates)}. On Debian install docker.io (with root's rights the "
        "playground then starts engines of its own); on macOS install colima or Docker Desktop, start it and try again"
    )


def _with_own_hosts(world: World, hosts: Sequence[str], balancers: Sequence[str], tls: Collection[str]) -> Machines:
    network = Network(world)
    engines = [
        Engine(network.machine(name, number), tls=name in tls) for number, name in enumerate(hosts, start=FIRST_HOST)
    ]
    builder = Engine(network.machine("ci", BUILDER_NUMBER))
    for engine in (*engines, builder):
        engine.start()
    registry = Registry(network.machine("registry", REGISTRY_NUMBER))
    registry.start()
    machines = Machines(
        world=world,
        hosts=tuple(Host(engine.name, engine.url, engine.address, engine.client_tls, engine) for engine in engines),
        builder=builder.socket,
        registry=registry,
        balancers=tuple(
            Balancer(network.machine(name, number)) for number, name in enumerate(balancers, start=FIRST_BALANCER)
        ),
        network=network,
    )
    for engine in (*engines, builder):
        engine.wait_until_ready()
    return machines


def _with_shared_engine(world: World, hosts: Sequence[str], balancers: Sequence[str], engine: str) -> Machines:
    # Docker takes a registry at 127.0.0.0/8 as insecure without being told.
    registry = Registry(world.here("registry"), free_port())
    record_shared_engine(world.folder, engine, registry.address)
    registry.start()
    return Machines(
        world=world,
        hosts=tuple(Host(name, engine, "127.0.0.1") for name in hosts),
        builder=engine,
        registry=registry,
        balancers=tuple(Balancer(world.here(name), Ports(free_port(), free_port(), free_port())) for name in balancers),
    )


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
