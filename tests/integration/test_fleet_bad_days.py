"""The fleet on a bad day of a real engine or registry: told in a line, in bounded time, and nothing is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import gevent
import pytest
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from playground.machine.engine import Engine
from playground.machine.images import EXITS, HEALTHY, UNHEALTHY, Sample, large, publish
from playground.machine.network import Network
from playground.machine.registry import Registry
from shippy.backend.docker.engine import TimeOuts
from shippy.backend.docker.fleet import DockerFleet
from shippy.config.hosts import Host
from shippy.errors import HostFailed, Unavailable
from shippy.model import Endpoint, HostProgress, HostStep, Image
from tests.github.scripted import StartResponse
from tests.integration.fleets import Prepared, fleet_on, ids, release_of
from tests.integration.slowly import slow_line

pytestmark = pytest.mark.timeout(120)

DISK_BYTES = 30_000_000
SLOW_SECONDS = 0.2


@dataclass(frozen=True)
class Depot:
    """A host with an engine of its own, the engine that builds, and the registry between them."""

    engine: Engine
    builder: Engine
    registry: Registry
    fleet: DockerFleet

    def image(self, sample: Sample, name: str) -> Image:
        with closing(self.builder.client()) as client:
            publish(client, f"{self.registry.address}/{name}:1", sample, "1")
        return self.fleet.resolve(f"{self.registry.address}/{name}:1")

    def failure(self, image: Image) -> HostFailed:
        return Prepared(self.fleet, release_of(image)).failures["web1"]


def running(engine: Engine) -> Engine:
    engine.start()
    engine.wait_until_ready()
    return engine


@pytest.fixture
def builder(network: Network) -> Iterator[Engine]:
    own = running(Engine(network.machine("builder", 12)))
    yield own
    own.kill()


@pytest.fixture
def registry(network: Network) -> Iterator[Registry]:
    own = Registry(network.machine("registry", 8))
    own.start()
    yield own
    own.thaw()
    own.stop()


@pytest.fixture
def depot(engine: Engine, builder: Engine, registry: Registry) -> Iterator[Depot]:
    host = Host(name="web1", docker=engine.url, address=engine.address)
    with fleet_on(host, time_outs=TimeOuts(connect=1.0, idle=2.0)) as fleet:
        yield Depot(engine, builder, registry, fleet)


def pulling(depot: Depot, image: Image) -> gevent.Greenlet[..., list[Endpoint | HostFailed]]:
    """A preparation that has some of the image by now."""
    under_way = Event()

    def progress(report: HostProgress) -> None:
        if report.step is HostStep.PULLING:
            under_way.set()

    def prepared() -> list[Endpoint | HostFailed]:
        outcomes: list[Endpoint | HostFailed] = []
        depot.fleet.prepare(release_of(image), progress, outcomes.append)
        return outcomes

    greenlet = gevent.spawn(prepared)
    assert under_way.wait(20)
    return greenlet


# The image


def test_an_image_that_does_not_fit_on_the_disk_is_told_and_the_host_can_go_on(
    network: Network, builder: Engine, registry: Registry
) -> None:
    engine = running(Engine(network.machine("small", 13), disk_bytes=DISK_BYTES))
    host = Host(name="web1", docker=engine.url, address=engine.address)
    with fleet_on(host) as fleet:
        depot = Depot(engine, builder, registry, fleet)
        failure = depot.failure(depot.image(large(40), "large"))
        assert failure.step is HostStep.PULLING
        assert "no space left on device" in failure.reason
        assert ids(fleet.containers()) == {"web1": []}
        assert Prepared(fleet, release_of(depot.image(HEALTHY, "healthy"), "d2")).failures == {}
    engine.kill()


def test_a_registry_that_freezes_within_a_pull_is_given_up_in_bounded_time(depot: Depot) -> None:
    image = depot.image(large(60), "large")
    depot.registry.freeze()
    began = time.monotonic()
    failure = depot.failure(image)
    assert failure.step is HostStep.PULLING
    assert failure.reason == "no answer within 2 s"
    assert time.monotonic() - began < 20
    depot.registry.thaw()
    assert Prepared(depot.fleet, release_of(image)).failures == {}


def test_a_pull_that_breaks_off_is_gone_on_with_when_the_registry_is_back(depot: Depot) -> None:
    image = depot.image(large(60), "large")
    preparing = pulling(depot, image)
    depot.registry.stop()
    depot.registry.start()
    (outcome,) = preparing.get(timeout=60)
    assert isinstance(outcome, Endpoint), outcome


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable"])
def test_a_registry_that_answers_with_errors_is_told_by_host_and_step(
    depot: Depot, network: Network, status: str
) -> None:
    def refuse(_: object, start_response: StartResponse) -> list[bytes]:
        start_response(status, [])
        return []

    server = WSGIServer((network.gateway, 0), refuse, log=None)
    server.start()
    image = Image(f"{network.gateway}:{server.server_port}/acme/web:1", "sha256:" + "a" * 64)
    began = time.monotonic()
    with pytest.raises(Unavailable) as unresolved:
        depot.fleet.resolve(image.reference)
    failure = depot.failure(image)
    server.stop(timeout=1)
    assert unresolved.value.what == "the registry"
    assert status[:3] in unresolved.value.why
    assert failure.step is HostStep.PULLING
    assert status[:3] in failure.reason
    assert time.monotonic() - began < 40


# The engine


def test_an_engine_restarted_in_the_middle_of_a_preparation_leaves_nothing_that_stays(depot: Depot) -> None:
    image = depot.image(UNHEALTHY, "unhealthy")
    checking = Event()

    def progress(report: HostProgress) -> None:
        if report.step is HostStep.CHECKING:
            checking.set()

    outcomes: list[Endpoint | HostFailed] = []
    preparing = gevent.spawn(depot.fleet.prepare, release_of(image), progress, outcomes.append)
    assert checking.wait(20)
    depot.engine.stop()
    preparing.get(timeout=30)
    running(depot.engine)
    (failure,) = outcomes
    assert isinstance(failure, HostFailed)
    assert failure.reason
    depot.fleet.remove(())
    assert ids(depot.fleet.containers()) == {"web1": []}
    assert Prepared(depot.fleet, release_of(depot.image(HEALTHY, "healthy"), "d2")).failures == {}


def test_a_host_behind_a_slow_line_comes_up_and_holds_up_no_other(depot: Depot) -> None:
    image = depot.image(HEALTHY, "healthy")
    with slow_line(depot.engine.url, SLOW_SECONDS) as url:
        slow = Host(name="slow", docker=url, address=depot.engine.address)
        fast = Host(name="fast", docker=depot.builder.url, address=depot.builder.address)
        with fleet_on(slow, fast, time_outs=TimeOuts(again=1.0)) as fleet:
            prepared = Prepared(fleet, release_of(image))
            assert prepared.failures == {}
            assert prepared.order == ["fast", "slow"]
            fleet.remove(())
            assert ids(fleet.containers()) == {"slow": [], "fast": []}


# The container


def test_a_container_that_exits_at_once_is_told_with_its_exit_code_and_last_lines(depot: Depot) -> None:
    failure = depot.failure(depot.image(EXITS, "exits"))
    assert failure.step is HostStep.CHECKING
    assert (failure.reason, failure.exit_code) == ("the container exited", 3)
    # One went to standard output and one to standard error, and an engine keeps no order between the two.
    assert set(failure.log) == {"reading the settings", "no database is configured"}
    assert ids(depot.fleet.containers()) == {"web1": []}
