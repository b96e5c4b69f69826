"""The fleet when an engine breaks: the host is named and told of, and holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from playground.machine.engine import Engine
from playground.machine.images import HEALTHY
from playground.machine.topology import Host as RunningHost
from shippy.backend.docker.engine import TimeOuts
from shippy.backend.docker.fleet import DockerFleet
from shippy.config.hosts import Host
from shippy.errors import HostFailed, Unavailable
from shippy.model import HostStep, Image
from tests.conftest import Publish
from tests.integration.fleets import Prepared, fleet_on, host_of, release_of
from tests.waiting import eventually


@pytest.fixture
def breaking(engine: Engine) -> Host:
    return Host(name="breaking", docker=engine.url, address=engine.address)


@pytest.fixture
def fleet(hosts: tuple[RunningHost, ...], breaking: Host) -> Iterator[DockerFleet]:
    time_outs = TimeOuts(connect=0.5, ask=2.0)
    with fleet_on(host_of(hosts[0]), breaking, host_of(hosts[1]), time_outs=time_outs) as fleet:
        yield fleet


@pytest.fixture
def image(fleet: DockerFleet, publish: Publish) -> Image:
    return fleet.resolve(publish(HEALTHY, "fleet", "v1"))


def failure_of(fleet: DockerFleet, image: Image) -> HostFailed:
    """The failure of the one host. The others are ready."""
    prepared = Prepared(fleet, release_of(image))
    assert set(prepared.endpoints) == set(fleet.hosts) - {"breaking"}
    return prepared.failures["breaking"]


def test_a_stopped_engine_fails_at_once(fleet: DockerFleet, image: Image, engine: Engine) -> None:
    fleet.containers()
    engine.kill()
    assert failure_of(fleet, image) == HostFailed(
        "breaking", HostStep.CONNECTING, "does not answer (connection refused)"
    )


def test_a_frozen_engine_fails_by_its_time_out(fleet: DockerFleet, image: Image, engine: Engine) -> None:
    fleet.containers()
    engine.freeze()
    failure = failure_of(fleet, image)
    engine.thaw()
    assert failure == HostFailed("breaking", HostStep.CONNECTING, "no answer within 2 s")


@pytest.mark.parametrize("silence", ["frozen", "cut off"])
def test_an_engine_that_is_silent_is_waited_for_once_and_not_at_each_step(
    hosts: tuple[RunningHost, ...], breaking: Host, engine: Engine, publish: Publish, silence: str
) -> None:
    time_outs = TimeOuts(connect=1.0, ask=2.0, again=0.3)
    with fleet_on(host_of(hosts[0]), breaking, time_outs=time_outs) as fleet:
        image = fleet.resolve(publish(HEALTHY, "fleet", "v1"))
        over = silenced(engine, silence)
        first, *further = failures_of_a_ship(fleet, image)
        over()
        assert first in {"no answer within 1 s", "no answer within 2 s"}
        assert further == ["still no answer, within 0.3 s"] * 3
        assert eventually(lambda: fleet.containers()["breaking"] == (), seconds=10)
        fleet.remove(())


def silenced(engine: Engine, how: str) -> Callable[[], None]:
    if how == "frozen":
        engine.freeze()
        return engine.thaw
    engine.machine.link_down()
    return engine.machine.link_up


def failures_of_a_ship(fleet: DockerFleet, image: Image) -> list[str]:
    """Why the one host failed, at each of what a ship asks of the hosts one after another."""
    outcomes = [
        fleet.containers()["breaking"],
        fleet.pull(image, lambda _: None)["breaking"],
        Prepared(fleet, release_of(image)).failures["breaking"],
        fleet.remove({"d1"})["breaking"],
    ]
    return [outcome.reason for outcome in outcomes if isinstance(outcome, HostFailed)]


def test_a_machine_that_is_cut_off_fails_by_its_time_out(fleet: DockerFleet, image: Image, engine: Engine) -> None:
    engine.machine.link_down()
    failure = failure_of(fleet, image)
    engine.machine.link_up()
    assert failure == HostFailed("breaking", HostStep.CONNECTING, "no answer within 0.5 s")


def test_an_engine_that_comes_back_is_found(fleet: DockerFleet, engine: Engine) -> None:
    engine.stop()
    assert isinstance(fleet.containers()["breaking"], HostFailed)
    engine.start()
    engine.wait_until_ready()
    assert fleet.containers()["breaking"] == ()


def test_a_registry_that_does_not_answer_is_told(breaking: Host, engine: Engine) -> None:
    image = Image(f"{engine.address}:5999/acme/web:v1", "sha256:" + "a" * 64)
    with fleet_on(breaking) as fleet:
        failure = Prepared(fleet, release_of(image)).failures["breaking"]
        with pytest.raises(Unavailable) as failed:
            fleet.resolve(image.reference)
    assert failure.step is HostStep.PULLING
    assert failure.reason.endswith("connection refused")
    assert failed.value.what == "the registry"
    assert failed.value.why.endswith("connection refused")


def test_resolving_goes_on_with_the_next_host(
    hosts: tuple[RunningHost, ...], breaking: Host, engine: Engine, publish: Publish
) -> None:
    engine.kill()
    with fleet_on(breaking, host_of(hosts[0])) as fleet:
        assert fleet.resolve(publish(HEALTHY, "fleet", "v1")).digest
