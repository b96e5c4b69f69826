"""Bringing one container of a release up on one host: create, start, wait until it is healthy."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent

from shippy.backend import docker_containers as containers
from shippy.backend.docker_engine import Engine
from shippy.backend.engine.client import EngineClient
from shippy.backend.engine.errors import EngineError
from shippy.backend.probe import pauses, probe
from shippy.config.schema import ContainerSettings, Health
from shippy.errors import HostFailed
from shippy.model import Container, Endpoint, HostProgress, HostStep, Release

LOG_LINES = 20
LOG_LINE_LIMIT = 500


def create_and_start(
    engine: Engine, release: Release, settings: ContainerSettings, report: Callable[[HostProgress], None]
) -> str:
    """Start a new container of the release and return its id.

    Raises:
        HostFailed: at `creating` or `starting`, in the engine's own words.
    """
    host = engine.host.name
    report(HostProgress(host, HostStep.CREATING))
    with engine.asked(HostStep.CREATING, engine.time_outs.change) as client:
        container = containers.create(client, release, host, settings)
    report(HostProgress(host, HostStep.STARTING))
    with engine.asked(HostStep.STARTING, engine.time_outs.change) as client:
        client.start(container)
    return container


def wait_until_healthy(engine: Engine, release: Release, container: str, health: Health) -> Endpoint:
    """Probe a container until it is healthy, and have the engine keep it running from then on.

    Raises:
        HostFailed: it exited, or the deadline has passed; with its exit code and last log lines.
    """
    deadline = time.monotonic() + health.deadline
    for pause in pauses(health.interval):
        endpoint = endpoint_of(engine, release, container)
        left = deadline - time.monotonic()
        problem = probe(endpoint, health.path, max(min(health.timeout, left), 0.001))
        if problem is None:
            break
        if time.monotonic() + pause > deadline:
            # It may have exited since it was looked at, which explains more than a refused connection.
            endpoint_of(engine, release, container)
            raise unhealthy(engine, container, f"not healthy within {health.deadline:g} s: {problem}")
        gevent.sleep(pause)
    with engine.asked(HostStep.CHECKING, engine.time_outs.ask) as client:
        containers.keep_running(client, container)
    return endpoint


def endpoint_of(engine: Engine, release: Release, container: str) -> Endpoint:
    """Where the container answers, as long as it runs."""
    with engine.asked(HostStep.CHECKING, engine.time_outs.ask) as client:
        found = [each for each in containers.listed(client, release.app, engine.host) if each.id == container]
        if not found:
            raise HostFailed(engine.host.name, HostStep.CHECKING, "the container was removed by somebody else")
        if found[0].endpoint:
            return found[0].endpoint
        raise died(client, found[0])


def died(client: EngineClient, container: Container) -> HostFailed:
    state = client.inspect_container(container.id)["State"]
    reason = "the container exited" if state["Status"] == "exited" else f"the container is {state['Status']}"
    if state["OOMKilled"]:
        reason = "the container ran out of memory"
    log = last_lines(client, container.id)
    return HostFailed(container.host, HostStep.CHECKING, reason, exit_code=state["ExitCode"], log=log)


def unhealthy(engine: Engine, container: str, reason: str) -> HostFailed:
    with engine.asked(HostStep.CHECKING, engine.time_outs.ask) as client:
        return HostFailed(engine.host.name, HostStep.CHECKING, reason, log=last_lines(client, container))


def last_lines(client: EngineClient, container: str) -> tuple[str, ...]:
    """The end of a container's log, or nothing where the engine cannot read it back (some log drivers)."""
    try:
        log = client.logs(container, tail=LOG_LINES)
    except EngineError:
        return ()
    lines = log.decode(errors="replace").splitlines()[-LOG_LINES:]
    return tuple(line[:LOG_LINE_LIMIT] for line in lines)
