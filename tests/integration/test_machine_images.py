"""The sample images do as they say, on a real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse

import docker
import pytest
from docker.models.containers import Container

from playground.machine.images import EXITS, HEALTHY, PORT, STUBBORN, UNHEALTHY, Sample
from playground.machine.topology import Host, Machines
from tests.waiting import connects, eventually

Run = Callable[[Sample, str], Container]
KILLED = 137
LISTENS_SECONDS = 10.0


@pytest.fixture
def run(hosts: tuple[Host, ...], publish: Callable[[Sample, str, str], str]) -> Iterator[Run]:
    host = hosts[0]
    with closing(docker.DockerClient(base_url=host.engine.socket if host.engine else host.docker)) as client:

        def on_the_first_host(sample: Sample, name: str) -> Container:
            reference = publish(sample, name, "v1")
            client.images.pull(reference)
            container = client.containers.run(reference, detach=True, ports={f"{PORT}/tcp": None})
            container.reload()
            return container

        yield on_the_first_host


def ask(machines: Machines, container: Container, path: str) -> HTTPResponse:
    """The answer to a request. A container runs a moment before the program in it listens."""
    (published, *_) = container.ports[f"{PORT}/tcp"] or []
    where = (machines.hosts[0].address, int(published["HostPort"]))
    assert eventually(lambda: connects(where), LISTENS_SECONDS)
    with closing(HTTPConnection(*where, timeout=5)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer


def test_the_healthy_one_answers_with_its_version_and_ends_when_asked(machines: Machines, run: Run) -> None:
    container = run(HEALTHY, "healthy")
    assert ask(machines, container, "/").getheader("X-Version") == "v1"
    assert ask(machines, container, "/health").status == 200
    container.stop(timeout=10)
    assert container.wait()["StatusCode"] == 0


def test_the_unhealthy_one_serves_and_is_never_healthy(machines: Machines, run: Run) -> None:
    container = run(UNHEALTHY, "unhealthy")
    assert ask(machines, container, "/").status == 200
    assert ask(machines, container, "/health").status == 404


def test_the_one_that_exits_says_why_and_ends_with_3(run: Run) -> None:
    container = run(EXITS, "exits")
    assert container.wait(timeout=10)["StatusCode"] == 3
    assert b"no database is configured" in container.logs()


def test_the_stubborn_one_is_ended_by_force_only(machines: Machines, run: Run) -> None:
    container = run(STUBBORN, "stubborn")
    assert ask(machines, container, "/health").status == 200
    container.stop(timeout=1)
    assert container.wait()["StatusCode"] == KILLED
