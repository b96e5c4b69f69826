"""What a container of a release is to an engine: its name, its labels, its settings; and back again.

Labels are the only memory: shippy.app, shippy.deploy, shippy.commit, shippy.slot and shippy.host. One engine may stand
for several hosts, so an app and a host together say whose a container is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from docker import APIClient

from shippy.config.schema import ContainerSettings, Host
from shippy.model import Container, Endpoint, Release, Slot

APP = "shippy.app"
DEPLOY = "shippy.deploy"
COMMIT = "shippy.commit"
SLOT = "shippy.slot"
HOST = "shippy.host"

RUNNING = "running"

DEPLOY_IN_NAME = 12


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


def create(client: APIClient, release: Release, host: str, settings: ContainerSettings) -> str:
    """Create the container of a release on a host and return its id. It is not started.

    It gets no restart policy yet: until it has been healthy once, an exit is a result and not to be tried again.
    """
    command = list(settings.command) if isinstance(settings.command, tuple) else settings.command
    created = client.create_container(
        image=release.image.pinned,
        name=name_of(release, host),
        command=command,
        labels=labels_of(release, host),
        environment=environment_of(release, host, settings.environment),
        ports=[settings.port],
        host_config=client.create_host_config(
            port_bindings={settings.port: settings.published},
            binds=list(settings.volumes) or None,
            mem_limit=settings.memory,
        ),
        stop_timeout=math.ceil(settings.stop_grace),
        # The proxies of the daemon's own ~/.docker/config.json are not part of what the app is configured with.
        use_config_proxy=False,
    )
    return str(created["Id"])


def keep_running(client: APIClient, container: str) -> None:
    """From now on the engine starts it again when it exits, and after a restart of its own."""
    client.update_container(
        container,
        restart_policy={"Name": "unless-stopped"},  # type: ignore[arg-type]  # its stub lacks this policy
    )


def listed(client: APIClient, app: str, host: Host) -> tuple[Container, ...]:
    """All containers of an app on a host, running or not."""
    wanted = [f"{APP}={app}", f"{HOST}={host.name}", DEPLOY, COMMIT, SLOT]
    return tuple(container_of(host, entry) for entry in client.containers(all=True, filters={"label": wanted}))


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
