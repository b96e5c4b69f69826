"""What every implementation of `Fleet` promises: the fake one, one over real engines, one of which speaks TLS, and one
over a real swarm of these engines."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import docker
import gevent
import pytest
from gevent.event import Event

from playground.machine.images import EXITS, HEALTHY
from playground.machine.topology import Machines
from shippy.backend.docker.fleet import DockerFleet
from shippy.backend.swarm.fleet import SwarmFleet
from shippy.config.hosts import Host
from shippy.errors import HostFailed, ImageNotFound
from shippy.model import Container, Endpoint, HostProgress, HostStep, Image, StoredImage
from shippy.ports import Fleet
from tests.conftest import Publish
from tests.fakes.fleet import FakeFleet
from tests.integration.fleets import Prepared, app_in_swarm, app_on, host_of, ids, release_of

NAMES = ("web1", "web2", "web3")
DEAD = "dead"


@dataclass(frozen=True)
class Case:
    """Three hosts; the same with a fourth that does not answer; and what is to be run on them."""

    fleet: Fleet
    with_dead_host: Fleet
    healthy: Callable[[str], str]
    exiting: Callable[[], str]
    missing: str
    stop: Callable[[Container], None]
    words_of_the_dead: str = "does not answer (connection refused)"

    def image(self, version: str = "v1") -> Image:
        return self.fleet.resolve(self.healthy(version))

    def containers(self) -> list[Container]:
        found = self.fleet.containers()
        assert tuple(found) == NAMES
        return [container for there in found.values() if not isinstance(there, HostFailed) for container in there]


def _fake() -> Case:
    fleet = FakeFleet(NAMES)
    with_dead_host = FakeFleet((*NAMES, DEAD))
    with_dead_host.host[DEAD].reachable = False
    fleet.missing.add("registry.example.com/acme/web:missing")
    for labelled in (fleet, with_dead_host):
        labelled.label("registry.example.com/acme/web:labelled", **{"org.opencontainers.image.revision": "labelled"})

    def exiting() -> str:
        for host in fleet.host.values():
            log = ("reading the settings", "no database is configured")
            host.fail(HostStep.CHECKING, "the container exited", exit_code=3, log=log)
        return "registry.example.com/acme/web:exiting"

    return Case(
        fleet,
        with_dead_host,
        healthy="registry.example.com/acme/web:{}".format,
        exiting=exiting,
        missing="registry.example.com/acme/web:missing",
        stop=lambda container: fleet.host[container.host].stop(container),
    )


def _real(machines: Machines, publish: Publish) -> Iterator[Case]:
    hosts = [host_of(host) for host in machines.hosts]
    dead = Host(name=DEAD, docker=f"tcp://127.0.0.1:{closed_port()}", address="127.0.0.1")
    image = f"{machines.registry.address}/contract:{{commit}}"
    with closing(DockerFleet("web", app_on(hosts, image=image))) as fleet:
        with closing(DockerFleet("web", app_on([*hosts, dead], image=image))) as with_dead_host:
            yield Case(
                fleet,
                with_dead_host,
                healthy=lambda version: publish(HEALTHY, "contract", version),
                exiting=lambda: publish(EXITS, "contract-exits", "v1"),
                missing=f"{machines.registry.address}/contract:missing",
                stop=lambda container: _stop_on(machines, container),
            )
        fleet.remove(())


def _swarm(machines: Machines, publish: Publish) -> Iterator[Case]:
    def fleet_of(*others: dict[str, str]) -> SwarmFleet:
        app = app_in_swarm(machines, *others, image=f"{machines.registry.address}/contract:{{commit}}")
        assert app.swarm
        return SwarmFleet("web", app, app.swarm)

    with closing(fleet_of()) as fleet, closing(fleet_of({"name": DEAD, "address": "127.0.0.1"})) as with_dead_host:

        def stop(container: Container) -> None:
            _stop_on(machines, container)
            while any(one.id == container.id and one.endpoint for one in _told(fleet, container.host)):
                gevent.sleep(0.05)

        yield Case(
            fleet,
            with_dead_host,
            healthy=lambda version: publish(HEALTHY, "contract", version),
            exiting=lambda: publish(EXITS, "contract-exits", "v1"),
            missing=f"{machines.registry.address}/contract:missing",
            stop=stop,
            words_of_the_dead="the swarm has no node called dead",
        )
        fleet.remove(())


def _stop_on(machines: Machines, container: Container) -> None:
    (host,) = (host for host in machines.hosts if host.name == container.host)
    with closing(docker.APIClient(host.engine.socket if host.engine else host.docker)) as client:
        client.stop(container.id, timeout=1)


def _told(fleet: Fleet, host: str) -> tuple[Container, ...]:
    there = fleet.containers()[host]
    return () if isinstance(there, HostFailed) else there


# A swarm takes seconds to end a container, and these promises are those that it keeps by means of its own: the others
# are tried with it by `make story FLEET=swarm`.
TRIED_IN_A_SWARM_EACH_TIME = {
    "test_every_step_is_reported_in_its_order",
    "test_a_container_that_exits_is_told_and_removed",
    "test_a_host_that_does_not_answer_holds_up_no_other",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        each_time = metafunc.function.__name__ in TRIED_IN_A_SWARM_EACH_TIME or os.environ.get("SHIPPY_WHOLE_SWARM")
        metafunc.parametrize("case", ["fake", "engines", *(["swarm"] if each_time else [])], indirect=True)


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    if request.param == "fake":
        yield _fake()
    elif request.param == "swarm":
        yield from _swarm(request.getfixturevalue("swarm"), request.getfixturevalue("publish"))
    else:
        yield from _real(request.getfixturevalue("machines"), request.getfixturevalue("publish"))


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def nothing(_: object) -> None:
    """For those who want no reports."""


def test_hosts_are_named_in_the_configs_order(case: Case) -> None:
    assert case.fleet.hosts == NAMES
    assert case.with_dead_host.hosts == (*NAMES, DEAD)


def test_a_reference_is_resolved_to_what_it_stands_for(case: Case) -> None:
    first, again, other = case.image(), case.image(), case.image("v2")
    assert first == again
    assert first.digest.startswith("sha256:")
    assert first.digest != other.digest


def test_an_image_that_the_registry_does_not_have_is_named(case: Case) -> None:
    with pytest.raises(ImageNotFound) as failed:
        case.fleet.resolve(case.missing)
    assert failed.value == ImageNotFound(case.missing, "manifest unknown: manifest unknown")


def test_an_image_tells_its_labels_once_a_host_has_it(case: Case) -> None:
    image = case.image("labelled")
    assert case.fleet.labels(image) is None
    for fleet in (case.fleet, case.with_dead_host):
        fleet.pull(image, nothing)
        labels = fleet.labels(image)
        assert labels is not None
        assert labels["org.opencontainers.image.revision"] == "labelled"


def test_a_release_comes_up_on_every_host(case: Case) -> None:
    release = release_of(case.image())
    prepared = Prepared(case.fleet, release)
    assert set(prepared.endpoints) == set(NAMES)
    containers = case.containers()
    assert {container.endpoint for container in containers} == set(prepared.endpoints.values())
    for container in containers:
        assert container.state == "running"
        assert (container.app, container.deploy, container.commit) == (release.app, release.deploy, release.commit)
        assert container.slot is release.slot


def test_a_release_can_be_prepared_on_some_hosts_only(case: Case) -> None:
    told: list[Endpoint | HostFailed] = []
    case.fleet.prepare(release_of(case.image()), nothing, told.append, hosts={"web2"})
    assert [outcome.host for outcome in told] == ["web2"]
    assert [container.host for container in case.containers()] == ["web2"]


def test_every_step_is_reported_in_its_order(case: Case) -> None:
    prepared = Prepared(case.fleet, release_of(case.image("never-pulled")))
    for host in NAMES:
        assert prepared.steps(host) == [
            HostStep.CONNECTING,
            HostStep.PULLING,
            HostStep.CREATING,
            HostStep.STARTING,
            HostStep.CHECKING,
            HostStep.READY,
        ]
        percents = prepared.percents(host)
        assert percents == sorted(percents)
        assert (percents[0], percents[-1]) == (0, 100)


def test_an_image_that_was_pulled_ahead_is_not_pulled_again(case: Case) -> None:
    image = case.image("ahead")
    having: list[str | HostFailed] = []
    assert case.fleet.pull(image, nothing, having.append) == {}
    assert sorted(map(str, having)) == sorted(NAMES)
    assert case.containers() == []
    prepared = Prepared(case.fleet, release_of(image))
    assert all(HostStep.PULLING not in prepared.steps(host) for host in NAMES)


def test_a_host_that_cannot_pull_ahead_is_named(case: Case) -> None:
    finished: list[str | HostFailed] = []
    failures = case.with_dead_host.pull(case.image(), nothing, finished.append)
    assert {host: failure.step for host, failure in failures.items()} == {DEAD: HostStep.CONNECTING}
    assert [one.host for one in finished if isinstance(one, HostFailed)] == [DEAD]


def test_a_container_is_called_what_was_told_before_it_was_there(case: Case) -> None:
    release = release_of(case.image())
    told = case.fleet.names(release)
    Prepared(case.fleet, release)
    assert {container.host: container.name for container in case.containers()} == told


def test_preparing_again_keeps_what_runs(case: Case) -> None:
    release = release_of(case.image())
    first = Prepared(case.fleet, release)
    before = ids(case.fleet.containers())
    again = Prepared(case.fleet, release)
    assert again.endpoints == first.endpoints
    assert ids(case.fleet.containers()) == before


def test_preparing_again_replaces_what_does_not_run(case: Case) -> None:
    release = release_of(case.image())
    Prepared(case.fleet, release)
    stopped = next(container for container in case.containers() if container.host == "web2")
    case.stop(stopped)
    assert next(each for each in case.containers() if each.id == stopped.id).endpoint is None
    assert set(Prepared(case.fleet, release).endpoints) == set(NAMES)
    after = case.containers()
    assert len(after) == len(NAMES)
    assert stopped.id not in {container.id for container in after}


def test_two_releases_stand_side_by_side(case: Case) -> None:
    image = case.image()
    old = Prepared(case.fleet, release_of(image, "old"))
    new = Prepared(case.fleet, release_of(image, "new"))
    assert len(case.containers()) == 2 * len(NAMES)
    assert not set(old.endpoints.values()) & set(new.endpoints.values())


def test_a_container_that_exits_is_told_and_removed(case: Case) -> None:
    prepared = Prepared(case.fleet, release_of(case.fleet.resolve(case.exiting())))
    assert set(prepared.failures) == set(NAMES)
    for failure in prepared.failures.values():
        assert (failure.step, failure.reason, failure.exit_code) == (HostStep.CHECKING, "the container exited", 3)
        # An engine reads stdout and stderr apart: which line comes first is chance.
        assert sorted(failure.log) == ["no database is configured", "reading the settings"]
    assert case.containers() == []


def test_a_host_that_does_not_answer_holds_up_no_other(case: Case) -> None:
    fleet = case.with_dead_host
    prepared = Prepared(fleet, release_of(case.image()))
    assert set(prepared.endpoints) == set(NAMES)
    assert prepared.failures == {
        DEAD: HostFailed(DEAD, HostStep.CONNECTING, case.words_of_the_dead),
    }
    found = fleet.containers()
    removed = fleet.remove(())
    for outcomes in (found, removed):
        assert isinstance(outcomes[DEAD], HostFailed)
        assert all(len(outcomes[host]) == 1 for host in NAMES)  # type: ignore[arg-type]  # a failure has no length
    assert ids({host: there for host, there in fleet.containers().items() if host != DEAD}) == {
        host: [] for host in NAMES
    }


def test_the_last_lines_of_a_deploys_containers_are_told(case: Case) -> None:
    release = release_of(case.image())
    Prepared(case.fleet, release)
    said = case.fleet.logs(release.deploy, NAMES[:2], 20)
    assert set(said) == set(NAMES[:2])
    for lines in said.values():
        assert not isinstance(lines, HostFailed)
        assert [line.partition(" listens on ")[2] for line in lines] == ["8080"]
    assert case.fleet.logs("another", NAMES, 20) == {}
    found = case.with_dead_host.logs(release.deploy, (DEAD,), 20)
    assert isinstance(found[DEAD], HostFailed)


def test_remove_keeps_the_deploys_that_are_named(case: Case) -> None:
    image = case.image()
    for deploy in ("live", "ended", "failed"):
        Prepared(case.fleet, release_of(image, deploy))
    removed = case.fleet.remove({"live"})
    for there in removed.values():
        assert not isinstance(there, HostFailed)
        assert {container.deploy for container in there} == {"ended", "failed"}
    assert {container.deploy for container in case.containers()} == {"live"}


def test_sweep_removes_only_the_deploys_that_are_named(case: Case) -> None:
    image = case.image()
    for deploy in ("live", "ended", "running"):
        Prepared(case.fleet, release_of(image, deploy))
    swept = case.fleet.sweep({"ended", "unknown"})
    for there in swept.values():
        assert not isinstance(there, HostFailed)
        assert [container.deploy for container in there] == ["ended"]
    assert {container.deploy for container in case.containers()} == {"live", "running"}


def test_images_are_forgotten_but_those_to_keep_and_those_that_containers_are_made_of(case: Case) -> None:
    kept, stopped, forgotten = (case.image(f"images-{number}") for number in range(3))
    Prepared(case.fleet, release_of(stopped))
    for container in case.containers():
        case.stop(container)
    for image in (kept, forgotten):
        assert case.fleet.pull(image, nothing) == {}
    for removed in case.fleet.forget([kept]).values():
        assert not isinstance(removed, HostFailed)
        assert forgotten.pinned in removed
        assert not {kept.pinned, stopped.pinned} & set(removed)
    assert case.fleet.forget([kept]) == dict.fromkeys(NAMES, ())
    reports: list[HostProgress] = []
    for image in (kept, stopped, forgotten):
        case.fleet.pull(image, reports.append)
        pulled = {report.host for report in reports if report.step is HostStep.PULLING}
        assert pulled == (set(NAMES) if image is forgotten else set())


def sizes_on(outcome: tuple[StoredImage, ...] | HostFailed) -> dict[str, int]:
    assert not isinstance(outcome, HostFailed)
    return {image.digest: image.size for image in outcome}


def test_images_that_were_pulled_are_told_with_their_sizes_in_use_or_not(case: Case) -> None:
    used, unused = (case.image(f"stored-{number}") for number in range(2))
    case.fleet.pull(unused, nothing)
    Prepared(case.fleet, release_of(used))
    for there in case.fleet.images().values():
        sizes = sizes_on(there)
        assert sizes[used.digest] > 0
        assert sizes[unused.digest] > 0
    case.fleet.forget([])
    for there in case.fleet.images().values():
        assert used.digest in sizes_on(there)
        assert unused.digest not in sizes_on(there)


def test_a_host_that_does_not_answer_tells_no_images_and_holds_up_no_other(case: Case) -> None:
    image = case.image("stored-2")
    case.with_dead_host.pull(image, nothing)
    found = case.with_dead_host.images()
    assert isinstance(found[DEAD], HostFailed)
    assert all(image.digest in sizes_on(found[host]) for host in NAMES)


def test_a_host_that_does_not_answer_keeps_its_images_and_holds_up_no_other(case: Case) -> None:
    case.with_dead_host.pull(case.image("images-3"), nothing)
    removed = case.with_dead_host.forget(())
    assert isinstance(removed[DEAD], HostFailed)
    assert all(removed[host] for host in NAMES)


def test_remove_twice_is_fine(case: Case) -> None:
    Prepared(case.fleet, release_of(case.image()))
    both = [gevent.spawn(case.fleet.remove, ()) for _ in range(2)]
    removed = [ids(greenlet.get()) for greenlet in both]
    assert sorted(len(there["web1"]) for there in removed) == [0, 1]
    assert case.containers() == []


@pytest.mark.parametrize("step", [HostStep.PULLING, HostStep.CREATING, HostStep.STARTING, HostStep.CHECKING])
def test_a_preparation_killed_at_any_step_leaves_nothing_that_remove_does_not_find(case: Case, step: HostStep) -> None:
    release = release_of(case.image(f"killed-{step.name.lower()}"))
    reached = Event()

    def progress(report: HostProgress) -> None:
        if report.step is step:
            reached.set()

    preparing = gevent.spawn(case.fleet.prepare, release, progress, nothing)
    assert reached.wait(30)
    preparing.kill(timeout=5)
    assert preparing.dead
    case.fleet.remove(())
    assert case.containers() == []


def test_what_finished_raises_ends_the_preparation(case: Case) -> None:
    def finished(_: Endpoint | HostFailed) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        case.fleet.prepare(release_of(case.image()), nothing, finished)
    case.fleet.remove(())
    assert case.containers() == []
