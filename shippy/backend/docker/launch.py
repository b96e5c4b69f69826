"""Bringing one container of a release up on one host: create, start, wait until it is healthy."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import gevent

from shippy.backend.docker import containers
from shippy.backend.docker.engine import Engine
from shippy.backend.engine.client import EngineClient
from shippy.backend.engine.errors import EngineError, NotFound
from shippy.backend.probe import pauses, probe
from shippy.config.schema import ContainerSettings, Health
from shippy.errors import HostFailed
from shippy.model import Endpoint, HostProgress, HostStep, Release

LOG_LINES = 20
LOG_LINE_LIMIT = 500

LOOK_EVERY = 0.5
"""How often an engine is asked whether a container runs that does not answer yet, in seconds: probes come oftener."""


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


def wait_until_healthy(engine: Engine, container: str, health: Health, hosts: int = 1) -> Endpoint:
    """Probe a container until it is healthy. `hosts` is how many are probed at the same time.

    Raises:
        HostFailed: it exited, or the deadline has passed; with its exit code and last log lines.
    """
    endpoint, looked = endpoint_of(engine, container), time.monotonic()
    deadline = looked + health.deadline
    for pause in pauses(health.interval, hosts):
        if time.monotonic() - looked > LOOK_EVERY:
            endpoint, looked = endpoint_of(engine, container), time.monotonic()
        engine.turns.take()
        left = deadline - time.monotonic()
        problem = probe(endpoint, health.path, max(min(health.timeout, left), 0.001))
        if problem is None:
            return endpoint
        if time.monotonic() + pause > deadline:
            break
        gevent.sleep(pause)
    # It may have exited since it was looked at, which explains more than a refused connection.
    endpoint_of(engine, container)
    raise unhealthy(engine, container, f"not healthy within {health.deadline:g} s: {problem}")


def endpoint_of(engine: Engine, container: str) -> Endpoint:
    """Where the container answers, as long as it runs."""
    host = engine.host
    with engine.asked(HostStep.CHECKING, engine.time_outs.ask) as client:
        try:
            found = client.inspect_container(container)
        except NotFound as gone:
            raise HostFailed(host.name, HostStep.CHECKING, "the container was removed by somebody else") from gone
        port = containers.published_port(found)
        if port and found["State"]["Status"] == containers.RUNNING:
            return Endpoint(host.name, host.address, port)
        raise died(client, host.name, found)


def died(client: EngineClient, host: str, found: Mapping[str, Any]) -> HostFailed:
    """Why a container does not run, from what the engine tells of it."""
    state = found["State"]
    reason = "the container exited" if state["Status"] == "exited" else f"the container is {state['Status']}"
    if state["OOMKilled"]:
        reason = "the container ran out of memory"
    log = last_lines(client, found["Id"])
    return HostFailed(host, HostStep.CHECKING, reason, exit_code=state["ExitCode"], log=log)


def unhealthy(engine: Engine, container: str, reason: str) -> HostFailed:
    with engine.asked(HostStep.CHECKING, engine.time_outs.ask) as client:
        return HostFailed(engine.host.name, HostStep.CHECKING, reason, log=last_lines(client, container))


def last_lines(client: EngineClient, container: str, lines: int = LOG_LINES) -> tuple[str, ...]:
    """The end of a container's log, or nothing where the engine cannot read it back (some log drivers)."""
    try:
        log = client.logs(container, tail=lines)
    except EngineError:
        return ()
    return tuple(line[:LOG_LINE_LIMIT] for line in log.decode(errors="replace").splitlines()[-lines:])
