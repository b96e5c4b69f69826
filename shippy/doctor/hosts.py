"""The Docker hosts: each one's engine, certificates, clock, way to the registry, and the address of its containers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from shippy.backend.docker.engine import Engine, TimeOuts
from shippy.backend.docker.facts import certificate_ends, endpoints, engine_facts, registry_through
from shippy.config.hosts import Host
from shippy.config.schema import App
from shippy.doctor.findings import Finding, Findings, clock, missing, ok, reason, warning
from shippy.errors import HostFailed, ImageNotFound, Unavailable
from shippy.model import Endpoint

TIME_OUTS = TimeOuts(connect=3.0, ask=5.0, registry=8.0)
CONNECT_SECONDS = 3.0
SOON = timedelta(days=14)
NO_COMMIT = "0" * 40


def host(name: str, app: App, host: Host) -> Findings:
    yield from engine_of(app, host, lambda engine: _addresses(engine, name))


def engine_of(app: App, host: Host, further: Callable[[Engine], Findings] = lambda _: iter(())) -> Findings:
    """What an engine tells of itself; `further` looks on, where it answers."""
    with closing(Engine(host, TIME_OUTS)) as engine:
        try:
            facts = engine_facts(engine)
        except HostFailed as error:
            yield missing(f"its engine at {host.docker} gives no answer: {error.reason}")
            return
        yield ok(f"Docker {facts.version} (API {facts.api}) answers at {host.docker}")
        yield from clock("its", facts.clock)
        yield from certificates(host)
        yield registry(engine, app.image.replace("{commit}", NO_COMMIT))
        yield from further(engine)


def certificates(host: Host) -> Findings:
    """When those of an engine behind TLS end; nothing for any other."""
    try:
        ends = certificate_ends(host, CONNECT_SECONDS)
    except HostFailed as error:
        yield missing(f"its certificate cannot be read: {error.reason}")
        return
    left = {whose: end - datetime.now(UTC) for whose, end in ends.items()}
    for whose, time in left.items():
        if time < SOON:
            yield warning(f"{whose} TLS certificate ends on {ends[whose]:%Y-%m-%d}: renew it before that")
    if left and min(left.values()) >= SOON:
        yield ok(f"its TLS certificates are in order until {min(ends.values()):%Y-%m-%d}")


def registry(engine: Engine, reference: str) -> Finding:
    repository = reference.rpartition(":")[0]
    try:
        registry_through(engine, reference)
    except ImageNotFound as error:
        return missing(f"no image can be called {reference} ({error.answer}): correct the app's `image`")
    except Unavailable as error:
        return missing(
            f"the registry does not let its engine ask for {repository}: {reason(error)}. "
            "`docker login`, as the user that shippy runs as, gives shippy the credentials"
        )
    except HostFailed as error:
        return missing(f"its engine could not ask the registry for {repository}: {error.reason}")
    return ok(f"the registry answers its engine about {repository}")


def _addresses(engine: Engine, app: str) -> Findings:
    try:
        found = endpoints(engine, app)
    except HostFailed as error:
        yield missing(f"its containers cannot be listed: {error.reason}")
        return
    if not found:
        yield ok(f"no container of {app} runs there yet, through which {engine.host.address} could be tried")
    yield from reachable(app, found)


def reachable(app: str, found: Iterable[Endpoint]) -> Findings:
    """Whether the app's containers answer where the balancers look for them."""
    for endpoint in found:
        where = f"{endpoint.address}:{endpoint.port}"
        try:
            socket.create_connection((endpoint.address, endpoint.port), CONNECT_SECONDS).close()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            yield missing(f"{where}, where a container of {app} runs, cannot be reached ({why}): check `address`")
        else:
            yield ok(f"{where}, where a container of {app} runs, can be reached")
