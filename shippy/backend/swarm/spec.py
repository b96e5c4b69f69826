"""What a release is to a swarm: one service, with a task on each of its nodes. Pure.

Its tasks' containers have the ports of their nodes (mode host), as those of a fleet of hosts have, and no overlay
network: visitors are spread by the balancers, not by the swarm.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from shippy.backend.docker.containers import DEPLOY_IN_NAME, bytes_of, environment_of, labels_of
from shippy.config.schema import ContainerSettings
from shippy.model import Image, Release

HOSTS = "shippy.hosts"
PORT = "shippy.port"
PULLS = "shippy.pulls"

APP_IN_NAME = 36  # of the 63 characters that a service's name may have
PORTS = range(20000, 30000)
"""Below those that Docker and Linux choose from (32768 and up), and those of a swarm's routing mesh (30000 and up)."""

NANOSECONDS = 1_000_000_000
RESTART_SECONDS = 2
"""A task that ends is started again after so long. One that ends while it is prepared is removed before that."""

NO_PROGRAM = "/shippy-pulls-and-runs-nothing"


@dataclass(frozen=True, slots=True)
class Placement:
    """On which hosts a service runs: what keeps it off all others, and how many tasks it has."""

    hosts: Collection[str]
    constraints: Sequence[str]
    replicas: int


def name_of(release: Release) -> str:
    deploy = release.deploy[-DEPLOY_IN_NAME:].lstrip("-")
    return f"shippy-{release.app[:APP_IN_NAME]}-{release.slot}-{deploy}"


def container_name(release: Release, host: str) -> str:
    """What shippy calls a container. Its engine's own name has the ids of the node and of the task instead."""
    return f"{name_of(release)}.{host}"


def port_of(release: Release, settings: ContainerSettings, taken: Collection[int]) -> int:
    """The port at which a release is published on its nodes, none of those that other services have.

    A swarm would choose one, but only tells it until another manager leads: the nodes tell the new one of their tasks
    without the ports.
    """
    if settings.published:
        return settings.published
    first = crc32(name_of(release).encode()) % len(PORTS)
    in_turn = (PORTS[(first + step) % len(PORTS)] for step in range(len(PORTS)))
    return next(port for port in in_turn if port not in taken)


def ports_of(services: Iterable[Mapping[str, Any]]) -> frozenset[int]:
    """The ports that services have on nodes."""
    specs = (service["Spec"].get("EndpointSpec") or {} for service in services)
    return frozenset(port.get("PublishedPort", 0) for spec in specs for port in spec.get("Ports") or ())


def service_of(release: Release, settings: ContainerSettings, placement: Placement, published: int) -> dict[str, Any]:
    """The body of `POST /services/create`."""
    labels = {key: value for key, value in labels_of(release, "").items() if value}
    port = {"Protocol": "tcp", "TargetPort": settings.port, "PublishedPort": published, "PublishMode": "host"}
    return {
        "Name": name_of(release),
        "Labels": {**labels, HOSTS: _hosts(placement.hosts)},
        "TaskTemplate": {
            "ContainerSpec": _container(release, settings, {**labels, PORT: str(published)}),
            "Resources": {"Limits": {"MemoryBytes": bytes_of(settings.memory)}} if settings.memory else {},
            "RestartPolicy": {"Condition": "any", "Delay": RESTART_SECONDS * NANOSECONDS},
            "Placement": {"Constraints": list(placement.constraints), "MaxReplicas": 1},
        },
        "Mode": {"Replicated": {"Replicas": placement.replicas}},
        "UpdateConfig": {"Parallelism": 0, "Order": "stop-first", "FailureAction": "continue"},
        "EndpointSpec": {"Mode": "dnsrr", "Ports": [port]},
    }


def changed(spec: Mapping[str, Any], placement: Placement) -> dict[str, Any]:
    """A service's spec for other hosts. Tasks on nodes that may stay are left alone: only their placement changes."""
    new = deepcopy(dict(spec))
    new["Labels"][HOSTS] = _hosts(placement.hosts)
    new["TaskTemplate"]["Placement"]["Constraints"] = list(placement.constraints)
    new["Mode"]["Replicated"]["Replicas"] = placement.replicas
    return new


def hosts_of(spec: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(filter(None, spec["Labels"].get(HOSTS, "").split(",")))


def pulling(app: str, image: Image, constraints: Sequence[str]) -> dict[str, Any]:
    """A service that brings an image to nodes and runs nothing of it: there is no such program in any image."""
    return {
        "Name": f"shippy-{app[:APP_IN_NAME]}-pull-{image.digest.partition(':')[2][:DEPLOY_IN_NAME]}",
        "Labels": {PULLS: app},
        "TaskTemplate": {
            "ContainerSpec": {"Image": image.pinned, "Command": [NO_PROGRAM], "Labels": {PULLS: app}},
            "RestartPolicy": {"Condition": "none"},
            "Placement": {"Constraints": list(constraints)},
        },
        "Mode": {"Global": {}},
        "EndpointSpec": {"Mode": "dnsrr"},
    }


def _container(release: Release, settings: ContainerSettings, labels: Mapping[str, str]) -> dict[str, Any]:
    literally = {name: _literally(value) for name, value in settings.environment.items()}
    environment = environment_of(release, "{{.Node.Hostname}}", literally)
    command = shlex.split(settings.command) if isinstance(settings.command, str) else settings.command
    return {
        "Image": release.image.pinned,
        "Args": list(command) if command else None,
        "Labels": dict(labels),
        "Env": [f"{name}={value}" for name, value in environment.items()],
        "Mounts": [_mount(volume) for volume in settings.volumes],
        "StopGracePeriod": math.ceil(settings.stop_grace) * NANOSECONDS,
    }


def _mount(volume: str) -> dict[str, Any]:
    """`/on/the/node:/in/it:ro`, `volume:/in/it`, or `/in/it`, as of docker run --volume."""
    source, _, rest = volume.partition(":")
    if not rest:
        return {"Type": "volume", "Target": source}
    target, _, options = rest.partition(":")
    kind = "bind" if source.startswith("/") else "volume"
    return {"Type": kind, "Source": _literally(source), "Target": target, "ReadOnly": "ro" in options.split(",")}


def _literally(text: str) -> str:
    """A swarm fills in templates in variables and mounts; a text that looks like one stays as it is in the config."""
    return text.replace("{{", '{{"{{"}}')


def _hosts(hosts: Collection[str]) -> str:
    return ",".join(sorted(hosts))
