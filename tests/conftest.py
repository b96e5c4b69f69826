"""Real machines for the integration tests, started when the first test asks for them and ended with the session.

- `machines`: three hosts with an engine each, a registry, an engine that builds, and two balancers that wait for their
  configuration. The engine of `web3` speaks TLS only. Where engines of their own are not possible, one stands for all.
- `swarm`: the same machines, whose hosts are a Docker Swarm from then on, too.
- `hosts`: the same hosts, for one test, which finds no container on them and leaves none.
- `publish`: `publish(HEALTHY, "healthy", "v1")` gives the reference of a sample image in the registry; each image is
  built once. The samples are in playground.machine.images.
- `stage`: a whole world, with master live and the daemon running; each test leaves no deploy running there.
- `world`: an empty world of one test's own, for engines, registries and balancers that it breaks.
- `postgres`: a PostgreSQL server, without a journal on it yet.
- `workspaces`: Slacks of the playground; `workspaces.new()` is one of its own for a test, as `slack` is.
- `served`: the playground's GitHub, for one file of tests.
- `network`: a network in that world, and `engine`: an engine of its own on it. Both take root, and Linux.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache

import docker
import pytest

from playground.machine import network as networks
from playground.machine.engine import Engine
from playground.machine.images import Sample
from playground.machine.images import publish as publish_image
from playground.machine.network import Network
from playground.machine.postgres import Postgres, running_postgres
from playground.machine.swarm import make_swarm
from playground.machine.topology import Host, Machines, start_machines
from playground.machine.world import World
from playground.slack.process import Running, Workspaces
from playground.slack.process import workspaces as many_workspaces
from playground.stage import Stage, start_stage
from tests.github.served import Served, served_github

Publish = Callable[[Sample, str, str], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a PostgreSQL server is marked as such: see `make unit`."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(scope="session")
def machines() -> Iterator[Machines]:
    with start_machines(tls=["web3"]) as started:
        yield started


@pytest.fixture
def hosts(machines: Machines) -> Iterator[tuple[Host, ...]]:
    yield machines.hosts
    for url in {host.engine.socket if host.engine else host.docker for host in machines.hosts}:
        with closing(docker.DockerClient(base_url=url)) as client:
            for container in client.containers.list(all=True):
                if str(container.attrs["Config"]["Image"]).startswith(f"{machines.registry.address}/"):
                    container.remove(force=True, v=True)


@pytest.fixture(scope="session")
def swarm(machines: Machines) -> Machines:
    make_swarm(machines.hosts)
    return machines


@pytest.fixture(scope="session")
def publish(machines: Machines) -> Publish:
    @cache
    def reference(sample: Sample, name: str, version: str) -> str:
        tagged = f"{machines.registry.address}/{name}:{version}"
        with closing(docker.DockerClient(base_url=machines.builder)) as client:
            publish_image(client, tagged, sample, version)
        return tagged

    return reference


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as ending:
        started = start_stage(tmp_path_factory.mktemp("stage"), ending)
        started.go_live()
        yield started


@pytest.fixture
def world() -> Iterator[World]:
    with World.claim(is_free=networks.is_free) as claimed:
        yield claimed


@pytest.fixture
def network(world: World) -> Iterator[Network]:
    made = Network(world)
    yield made
    made.destroy()


@pytest.fixture
def engine(network: Network) -> Iterator[Engine]:
    """An engine of one test's own, started and ready."""
    own = Engine(network.machine("host", 11))
    own.start()
    own.wait_until_ready()
    yield own
    own.kill()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as started:
        yield started


@pytest.fixture(scope="session")
def workspaces() -> Iterator[Workspaces]:
    with many_workspaces() as process:
        yield process


@pytest.fixture
def slack(workspaces: Workspaces) -> Iterator[Running]:
    with workspaces.new() as started:
        yield started


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_github(tmp_path_factory.mktemp("github")) as github:
        yield github
