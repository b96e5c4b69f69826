"""The playground's CI, with a real engine and registry: what is pushed to GitHub becomes an image."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.pool import ThreadPool
from pathlib import Path

import docker
import pytest
import requests
from docker.models.containers import Container

from playground.github.client import Hub
from playground.machine.server import Server, start_server
from playground.machine.topology import Host, Machines
from playground.sample.branches import BRANCHES, MAIN, plant
from tests.waiting import connects, eventually

BUILD = "ci/build"
BUILD_SECONDS = 90.0
LISTENS_SECONDS = 10.0
PORT = "8080/tcp"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A GitHub with the sample app. Its large branch is not built here: it would only take longer."""
    with start_server("playground.github", "--root", tmp_path_factory.mktemp("github")) as server:
        hub = Hub(server.url)
        plant(hub)
        with hub.checkout() as checkout:
            checkout.git("push", "--quiet", "--delete", "origin", "large")
        yield hub


def start_ci(hub: Hub, machines: Machines) -> Server:
    where = ["--github", hub.url, "--engine", machines.builder, "--registry", machines.registry.address]
    return start_server("playground.ci", *where)


@pytest.fixture(scope="module")
def ci(hub: Hub, machines: Machines) -> Iterator[Server]:
    with start_ci(hub, machines) as server:
        yield server


def built(hub: Hub, branch: str) -> str:
    """Wait for the image of a branch's head; returns the commit."""
    hub.wait_for_status(branch, BUILD, "success", BUILD_SECONDS)
    return hub.head(branch)


def manifest(machines: Machines, commit: str) -> requests.Response:
    headers = {"Accept": "application/vnd.docker.distribution.manifest.v2+json"}
    url = f"http://{machines.registry.address}/v2/acme/web/manifests/{commit}"
    return requests.get(url, headers=headers, timeout=10)


@pytest.fixture
def run(hub: Hub, ci: Server, machines: Machines, hosts: tuple[Host, ...]) -> Iterator[Callable[[str], Container]]:
    """Runs the image of a branch on the first host, with its port published."""
    assert ci.url
    with closing(docker.DockerClient(base_url=hosts[0].docker)) as client:

        def run_branch(branch: str) -> Container:
            reference = f"{machines.registry.address}/acme/web:{built(hub, branch)}"
            return client.containers.run(reference, detach=True, ports={PORT: None})

        yield run_branch


def site_of(container: Container, host: Host) -> str:
    container.reload()
    published = container.ports[PORT]
    assert published
    port = int(published[0]["HostPort"])
    assert eventually(lambda: connects((host.address, port)), LISTENS_SECONDS), "a container that runs comes to listen"
    return f"http://{host.address}:{port}"


def wait_for_process(container: Container, command: str) -> None:
    """Wait until one of the container's processes has this in its command line."""
    deadline = time.monotonic() + 10.0
    while not any(command in " ".join(process) for process in container.top()["Processes"]):
        assert time.monotonic() < deadline, f"nothing runs {command}"


def test_every_branch_gets_an_image_named_by_its_commit(hub: Hub, ci: Server, machines: Machines) -> None:
    for branch in (MAIN, *(branch.name for branch in BRANCHES if branch.builds and branch.name != "large")):
        commit = built(hub, branch)
        assert manifest(machines, commit).ok, branch
        status = hub.statuses(commit)[BUILD]
        assert status["target_url"] == f"{ci.url}/builds/{commit}"
        assert status["description"].startswith("built in ")


def test_the_image_has_its_commit_as_a_label(hub: Hub, run: Callable[[str], Container]) -> None:
    container = run("green-button")
    labels = container.image.labels if container.image else {}
    assert labels["org.opencontainers.image.revision"] == hub.head("green-button")


def test_the_log_of_a_build_can_be_read(hub: Hub, ci: Server) -> None:
    commit = built(hub, "feature/größe")
    log = requests.get(f"{ci.url}/builds/{commit}", timeout=10).text
    for text in ("feature/größe", "Step 1/", "Successfully built", f"{commit}: digest: sha256:", "built in "):
        assert text in log
    assert commit[:7] in requests.get(ci.url, timeout=10).text


def test_a_push_is_pending_until_it_is_built(hub: Hub, ci: Server, machines: Machines) -> None:
    assert ci.url
    commit = hub.push_file("pushed", "README.md", "pushed\n", "Push")
    built(hub, "pushed")
    told = [
        (event["data"]["state"], event["data"]["description"])
        for event in hub.events()
        if event["kind"] == "status" and event["data"]["sha"] == commit and event["data"]["context"] == BUILD
    ]
    assert told[:-1] == [("pending", "waiting for a builder"), ("pending", "building")]
    assert told[-1][0] == "success"
    assert manifest(machines, commit).ok


def test_a_build_that_fails_says_why(hub: Hub, ci: Server, machines: Machines) -> None:
    commit = hub.push_file("broken", "Dockerfile", "FROM scratch\nCOPY <missing> /\n", "Break the build")
    status = hub.wait_for_status("broken", BUILD, "failure", BUILD_SECONDS)
    assert "missing" in status["description"]
    assert "&lt;missing&gt;" in requests.get(f"{ci.url}/builds/{commit}", timeout=10).text
    assert manifest(machines, commit).status_code == 404


def test_what_the_registry_has_is_not_built_again(hub: Hub, ci: Server, machines: Machines) -> None:
    assert ci.url
    commit = built(hub, MAIN)
    before = manifest(machines, commit).json()
    with start_ci(hub, machines):
        status = hub.wait_for_status(MAIN, BUILD, "success", BUILD_SECONDS)
        while not status["description"].startswith("built before"):
            hub.events(hub.events()[-1]["number"], 1.0)
            status = hub.statuses(MAIN)[BUILD]
    assert manifest(machines, commit).json() == before


def test_an_engine_that_does_not_answer_is_a_failed_build(hub: Hub, machines: Machines, tmp_path: Path) -> None:
    other = Hub(hub.url, "acme/other")
    other.create()
    other.push_file(MAIN, "Dockerfile", "FROM scratch\n", "Start")
    where = ["--engine", f"unix://{tmp_path}/none.sock", "--registry", machines.registry.address]
    with start_server("playground.ci", "--github", hub.url, "--repository", other.full_name, *where):
        status = other.wait_for_status(MAIN, BUILD, "failure", BUILD_SECONDS)
    assert status["description"].startswith("the engine does not answer")


def test_the_branch_that_exits_prints_two_lines_and_exits_with_3(run: Callable[[str], Container]) -> None:
    container = run("exits")
    assert container.wait(timeout=10)["StatusCode"] == 3
    assert container.logs().decode() == "reading the opening hours\nOPENING_HOURS is not set, giving up\n"


def test_a_container_that_is_stopped_ends_its_requests_first(
    hub: Hub, hosts: tuple[Host, ...], run: Callable[[str], Container]
) -> None:
    container = run("green-button")
    site = site_of(container, hosts[0])
    assert requests.get(f"{site}/", timeout=10).headers["X-Version"] == hub.head("green-button")
    with ThreadPool(1) as elsewhere:
        slow = elsewhere.apply_async(requests.get, [f"{site}/slow?seconds=2"], {"timeout": 10})
        wait_for_process(container, "sleep 2")
        container.stop(timeout=10)
        assert slow.get(timeout=10).ok
    assert container.wait(timeout=10)["StatusCode"] == 0
    assert container.logs().decode().splitlines()[-1] == "stopped"
