"""The fleet on real engines: what a fake cannot show."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import docker
import gevent
import pytest
from gevent.event import Event

from playground.machine.engine import Engine
from playground.machine.images import HEALTHY, STUBBORN, UNHEALTHY, large
from playground.machine.topology import Host as RunningHost
from shippy.config.hosts import Host
from shippy.errors import HostFailed
from shippy.model import HostProgress, HostStep
from shippy.ports import Fleet
from tests.conftest import Publish
from tests.integration.fleets import Prepared, fleet_on, host_of, ids, release_of

# A killed call can leave a socket to be closed as it is freed: see tests/contract/test_fleet.py.
KILLS = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def host(hosts: tuple[RunningHost, ...]) -> Host:
    """The first host, whose engine speaks without TLS."""
    return host_of(hosts[0])


def nothing(_: object) -> None:
    """For those who want no reports."""


def inspected(hosts: tuple[RunningHost, ...], fleet: Fleet) -> dict[str, Any]:
    """What the first host's engine says of the only container of the fleet there."""
    (container,) = ids(fleet.containers())[hosts[0].name]
    with closing(docker.APIClient(hosts[0].docker)) as client:
        return dict(client.inspect_container(container))


def test_a_container_gets_what_is_configured(hosts: tuple[RunningHost, ...], host: Host, publish: Publish) -> None:
    container = {
        "environment": {"MODE": "fast"},
        "volumes": ["fleet-data:/data"],
        "memory": "64m",
        "stop_grace": "2500ms",
    }
    with fleet_on(host, container=container) as fleet:
        image = fleet.resolve(publish(HEALTHY, "fleet", "v1"))
        assert Prepared(fleet, release_of(image)).failures == {}
        found = inspected(hosts, fleet)
        fleet.remove(())
    assert found["Config"]["Image"] == image.pinned
    assert {"MODE=fast", "SHIPPY_COMMIT=c0ffee", "SHIPPY_SLOT=green"} <= set(found["Config"]["Env"])
    assert found["Config"]["StopTimeout"] == 3
    assert found["HostConfig"]["Binds"] == ["fleet-data:/data"]
    assert found["HostConfig"]["Memory"] == 64 * 2**20


def test_a_healthy_container_is_kept_running_by_its_engine(
    hosts: tuple[RunningHost, ...], host: Host, publish: Publish
) -> None:
    with fleet_on(host) as fleet:
        Prepared(fleet, release_of(fleet.resolve(publish(HEALTHY, "fleet", "v1"))))
        found = inspected(hosts, fleet)
        fleet.remove(())
    assert found["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"


def test_a_port_can_be_chosen_by_the_config(host: Host, publish: Publish) -> None:
    with fleet_on(host, container={"published": 18080, "stop_grace": "1s"}) as fleet:
        image = fleet.resolve(publish(HEALTHY, "fleet", "v1"))
        assert Prepared(fleet, release_of(image, "old")).endpoints[host.name].port == 18080
        second = Prepared(fleet, release_of(image, "new")).failures[host.name]
        left = fleet.remove(())
    assert second.step is HostStep.STARTING
    assert "port is already allocated" in second.reason
    assert [container.deploy for container in left[host.name]] == ["old"]  # type: ignore[union-attr]  # it answered


def test_a_command_that_cannot_be_run_is_told(host: Host, publish: Publish) -> None:
    container = {"memory": "1", "command": ["nonsense"]}
    with fleet_on(host, container=container) as fleet:
        image = fleet.resolve(publish(HEALTHY, "fleet", "v1"))
        failure = Prepared(fleet, release_of(image)).failures[host.name]
        assert ids(fleet.containers()) == {host.name: []}
    assert failure.step is HostStep.CREATING
    assert "memory limit" in failure.reason


def test_a_container_that_never_gets_healthy_is_told_and_removed(host: Host, publish: Publish) -> None:
    with fleet_on(host, health={"deadline": "1s", "interval": "100ms"}) as fleet:
        image = fleet.resolve(publish(UNHEALTHY, "fleet-unhealthy", "v1"))
        failure = Prepared(fleet, release_of(image)).failures[host.name]
        assert ids(fleet.containers()) == {host.name: []}
    assert failure.step is HostStep.CHECKING
    assert failure.reason == "not healthy within 1 s: GET /health answered 404"
    assert failure.exit_code is None
    assert failure.log == ("version v1 listens on 8080",)


def test_a_container_that_ignores_its_end_is_killed_after_its_grace(host: Host, publish: Publish) -> None:
    with fleet_on(host, container={"stop_grace": "2s"}) as fleet:
        Prepared(fleet, release_of(fleet.resolve(publish(STUBBORN, "fleet-stubborn", "v1"))))
        began = time.monotonic()
        fleet.remove(())
        took = time.monotonic() - began
        assert ids(fleet.containers()) == {host.name: []}
    assert 2.0 <= took < 10.0


def test_a_large_pull_tells_how_far_it_is(host: Host, publish: Publish) -> None:
    with fleet_on(host) as fleet:
        image = fleet.resolve(publish(large(40), "fleet-large", "v1"))
        prepared = Prepared(fleet, release_of(image))
        fleet.remove(())
    percents = prepared.percents(host.name)
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert len(set(percents)) > 3


@KILLS
def test_a_pull_killed_in_its_middle_ends_at_once_and_can_be_begun_again(host: Host, publish: Publish) -> None:
    with fleet_on(host) as fleet:
        image = fleet.resolve(publish(large(60, seed=2), "fleet-large", "v2"))
        reached = Event()

        def progress(report: HostProgress) -> None:
            if report.percent:
                reached.set()

        preparing = gevent.spawn(fleet.prepare, release_of(image), progress, nothing)
        assert reached.wait(30)
        preparing.kill(timeout=1)
        assert preparing.dead
        assert ids(fleet.remove(())) == {host.name: []}
        assert ids(fleet.containers()) == {host.name: []}
        assert Prepared(fleet, release_of(image)).failures == {}
        fleet.remove(())


@KILLS
def test_what_was_being_created_when_the_preparation_was_killed_is_removed(host: Host, publish: Publish) -> None:
    with fleet_on(host) as fleet:
        release = release_of(fleet.resolve(publish(HEALTHY, "fleet", "v1")))
        fleet.pull(release.image, nothing)
        creating = Event()

        def progress(report: HostProgress) -> None:
            if report.step is HostStep.CREATING:
                creating.set()

        preparing = gevent.spawn(fleet.prepare, release, progress, nothing)
        assert creating.wait(10)
        preparing.kill(timeout=1)
        assert preparing.dead
        assert [len(there) for there in ids(fleet.remove(())).values()] == [1]
        assert ids(fleet.containers()) == {host.name: []}


def test_one_engine_can_stand_for_several_hosts(hosts: tuple[RunningHost, ...], publish: Publish) -> None:
    here, there = host_of(hosts[0], "here"), host_of(hosts[0], "there")
    with fleet_on(here, there) as both, fleet_on(here) as one:
        prepared = Prepared(both, release_of(both.resolve(publish(HEALTHY, "fleet", "v1"))))
        assert set(prepared.endpoints) == {"here", "there"}
        assert [len(found) for found in ids(one.remove(())).values()] == [1]
        assert {name: len(found) for name, found in ids(both.containers()).items()} == {"here": 0, "there": 1}
        both.remove(())


def test_many_greenlets_ask_one_engine_at_once(host: Host, publish: Publish) -> None:
    with fleet_on(host) as fleet:
        Prepared(fleet, release_of(fleet.resolve(publish(HEALTHY, "fleet", "v1"))))
        asking = [gevent.spawn(fleet.containers) for _ in range(200)]
        done = gevent.joinall(asking, timeout=60)
        fleet.remove(())
    assert len(done) == len(asking)
    assert {len(ids(greenlet.get())[host.name]) for greenlet in asking} == {1}


def test_an_engine_whose_ca_is_not_the_configured_one_is_not_trusted(
    hosts: tuple[RunningHost, ...], engine_with_tls: Engine
) -> None:
    right = next(host for host in hosts if host.tls)
    other = engine_with_tls.client_tls
    assert other
    wrong = host_of(right).model_dump() | {"tls": {"ca": other.ca, "cert": other.cert, "key": other.key}}
    with fleet_on(Host.model_validate(wrong)) as fleet:
        failure = fleet.containers()[right.name]
    assert isinstance(failure, HostFailed)
    assert failure.reason.startswith("its certificate is not trusted (")


def test_a_client_whose_certificate_the_engine_does_not_trust_is_told(
    hosts: tuple[RunningHost, ...], engine_with_tls: Engine
) -> None:
    right = next(host for host in hosts if host.tls)
    other = engine_with_tls.client_tls
    assert other
    assert right.tls
    wrong = host_of(right).model_dump() | {"tls": {"ca": right.tls.ca, "cert": other.cert, "key": other.key}}
    with fleet_on(Host.model_validate(wrong)) as fleet:
        failure = fleet.containers()[right.name]
    assert isinstance(failure, HostFailed)
    assert failure.reason.startswith("no TLS connection (")


def test_a_ca_bundle_of_the_environment_is_not_for_engines(
    hosts: tuple[RunningHost, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    host = next(host for host in hosts if host.tls)
    with fleet_on(host_of(host)) as fleet:
        assert ids(fleet.containers()) == {host.name: []}


@pytest.fixture
def engine_with_tls(engine: Engine) -> Engine:
    """An engine of this test's own, with an authority of its own."""
    return Engine(engine.machine.network.machine("tls", 12), tls=True)
