"""What a container of a release is to an engine: its name, its labels, its settings; and back again.

Labels are the only memory: shippy.app, shippy.deploy, shippy.commit, shippy.slot and shippy.host. One engine may stand
for several hosts, so an app and a host together say whose a container is.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from typing import Any

from shippy.backend.engine.client import EngineClient, entries_of, listing
from shippy.backend.engine.errors import Conflict
from shippy.config.hosts import Host
from shippy.config.schema import ContainerSettings
from shippy.model import Container, Endpoint, Release, Slot

APP = "shippy.app"
DEPLOY = "shippy.deploy"
COMMIT = "shippy.commit"
SLOT = "shippy.slot"
HOST = "shippy.host"

RUNNING = "running"

EVERYTHING = listing([APP, DEPLOY, COMMIT, SLOT, HOST], all=True)
"""Where an engine lists the containers of all apps, running or not."""

DEPLOY_IN_NAME = 12

UNITS = "bkmg"


def name_of(release: Release, host: str) -> str:
    """Unique on an engine: a deploy has one container on a host. The end of a deploy's id is what differs most."""
    deploy = release.deploy[-DEPLOY_IN_NAME:].lstrip("-")
    return f"shippy-{release.app}-{release.slot}-{deploy}-{host}"


def labels_of(release: Release, host: str) -> dict[str, str]:
    return {
        APP: release.app,
        DEPLOY: release.deploy,
        COMMIT: release.commit,
        SLOT: release.slot.value,
        HOST: host,
    }


def environment_of(release: Release, host: str, configured: Mapping[str, str]) -> dict[str, str]:
    """The configured environment, and in it what the container may want to tell of itself (logs, metrics, a page):

    SHIPPY_APP, SHIPPY_DEPLOY, SHIPPY_COMMIT, SHIPPY_SLOT and SHIPPY_HOST.
    """
    itself = {label.upper().replace(".", "_"): value for label, value in labels_of(release, host).items()}
    return {**configured, **itself}


def create(client: EngineClient, release: Release, host: str, settings: ContainerSettings) -> str:
    """Create the container of a release on a host and return its id. It is not started.

    It gets no restart policy yet: until it has been healthy once, an exit is a result and not to be tried again.
    """
    created = client.create_container(name_of(release, host), configuration(release, host, settings))
    return str(created["Id"])


def configuration(release: Release, host: str, settings: ContainerSettings) -> dict[str, Any]:
    """The body of `POST /containers/create`. A key that is null is as the image has it."""
    port = f"{settings.port}/tcp"
    command = shlex.split(settings.command) if isinstance(settings.command, str) else settings.command
    return {
        "Image": release.image.pinned,
        "Cmd": command,
        "Env": [f"{name}={value}" for name, value in environment_of(release, host, settings.environment).items()],
        "Labels": labels_of(release, host),
        "ExposedPorts": {port: {}},
        "StopTimeout": math.ceil(settings.stop_grace),
        "HostConfig": {
            "NetworkMode": "default",
            "PortBindings": {port: [{"HostIp": "", "HostPort": str(settings.published or "")}]},
            "Binds": list(settings.volumes) or None,
            "Memory": bytes_of(settings.memory) if settings.memory else 0,
        },
    }


def bytes_of(memory: str) -> int:
    """`512m` is 536870912. Without a unit they are bytes."""
    unit = memory[-1]
    return int(memory) if unit.isdecimal() else int(memory[:-1]) * 1024 ** UNITS.index(unit)


def keep_running(client: EngineClient, container: str) -> None:
    """From now on the engine starts it again when it exits, and after a restart of its own."""
    client.update_container(container, {"RestartPolicy": {"Name": "unless-stopped"}})


def remove(client: EngineClient, container: str) -> None:
    """Remove it with its anonymous volumes, however it is."""
    try:
        client.remove_container(container, v=True, force=True)
    except Conflict:
        # Its removal is under way already, asked for by somebody who was killed since.
        client.wait(container, condition="removed")


class Listing:
    """All containers of an app on a host, running or not.

    It is asked for every few seconds; what an engine tells once more, word for word, is not read once more.
    """

    def __init__(self, app: str, host: Host) -> None:
        self._host = host
        self._own = {APP: app, HOST: host.name}
        self._where = listing([f"{APP}={app}", f"{HOST}={host.name}", DEPLOY, COMMIT, SLOT], all=True)
        self._last: tuple[bytes, tuple[Container, ...]] = (b"[]", ())

    def of(self, client: EngineClient) -> tuple[Container, ...]:
        return self.read(client.told("GET", self._where))

    def read(self, told: bytes) -> tuple[Container, ...]:
        """Those of them that are in an engine's list, which may have others too."""
        if told != self._last[0]:
            own = (entry for entry in entries_of(told) if self._own.items() <= entry["Labels"].items())
            self._last = told, tuple(container_of(self._host, entry) for entry in own)
        return self._last[1]


def container_of(host: Host, entry: Mapping[str, Any]) -> Container:
    """A container from its entry in `GET /containers/json`."""
    labels = entry["Labels"]
    port = public_port(entry)
    return Container(
        host=host.name,
        id=entry["Id"],
        name=entry["Names"][0].removeprefix("/"),
        app=labels[APP],
        deploy=labels[DEPLOY],
        commit=labels[COMMIT],
        slot=Slot(labels[SLOT]),
        state=entry["State"],
        endpoint=Endpoint(host.name, host.address, port) if port and entry["State"] == RUNNING else None,
    )


def public_port(entry: Mapping[str, Any]) -> int | None:
    """The port under which it is reached. With IPv6 it is listed twice, and the ports may differ: IPv4's counts."""
    bindings = [binding for binding in entry["Ports"] if "PublicPort" in binding]
    bindings.sort(key=lambda binding: ":" in binding.get("IP", ""))
    return int(bindings[0]["PublicPort"]) if bindings else None


def published_port(found: Mapping[str, Any]) -> int | None:
    """The same, from what the engine tells of one container alone, `GET /containers/ID/json`."""
    # An engine tells null for a port that is not published.
    published = (
        binding for bindings in (found["NetworkSettings"]["Ports"] or {}).values() for binding in bindings or ()
    )
    bindings = sorted(published, key=lambda binding: ":" in binding["HostIp"])
    return int(bindings[0]["HostPort"]) if bindings else None
