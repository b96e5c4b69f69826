"""The Engine API of the measured hosts, as far as it is asked over plain sockets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from benchmarks.peers.plain import Plain, wait_for
from playground.machine.images import PORT
from playground.machine.topology import Host

API = "/v1.41"
ENGINE_PORT = 2375
SECONDS = 60.0
LOOK_EVERY = 0.02


@dataclass(frozen=True, slots=True)
class Published:
    """An image in the registry. `version` is its tag, and what its containers answer at /version."""

    registry: str
    repository: str
    version: str

    @property
    def reference(self) -> str:
        return f"{self.registry}/{self.repository}:{self.version}"


@contextmanager
def engines_of(hosts: Sequence[Host]) -> Iterator[dict[Host, Plain]]:
    """A connection to each, made and closed side by side with nothing else."""
    engines = {host: engine_of(host) for host in hosts}
    try:
        yield engines
    finally:
        for engine in engines.values():
            engine.close()


def engine_of(host: Host) -> Plain:
    return Plain((host.address, ENGINE_PORT))


def container_asked(image: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """What is asked of an engine for a container with its port published."""
    published = {f"{PORT}/tcp": [{"HostPort": ""}]}
    return {
        "Image": image,
        "Labels": labels,
        "ExposedPorts": {f"{PORT}/tcp": {}},
        "HostConfig": {"PortBindings": published},
    }


def listed(engine: Plain, label: str) -> list[dict[str, Any]]:
    """The containers with a label, running or not."""
    wanted = quote(json.dumps({"label": [label]}))
    return list(engine.json("GET", f"{API}/containers/json?all=1&filters={wanted}"))


def remove(host: Host, label: str) -> None:
    """Remove a host's containers that have a label."""
    with closing(engine_of(host)) as engine:
        for found in listed(engine, label):
            engine.json("DELETE", f"{API}/containers/{found['Id']}?force=1&v=1")


def remove_everywhere(hosts: Sequence[Host], label: str) -> None:
    with ThreadPoolExecutor(len(hosts)) as pool:
        list(pool.map(lambda host: remove(host, label), hosts))


def seconds_until_answering(hosts: Sequence[Host], label: str, image: Published, begin: Callable[[], object]) -> float:
    """Have another program begin, and return how long it takes until a new container answers on every host.

    Looking costs up to 20 ms, which are in it.

    Raises:
        TimeoutError: one does not.
    """
    with engines_of(hosts) as engines:
        began = time.perf_counter()
        begin()
        for host, engine in engines.items():
            wait_for((host.address, _port(host, engine, label, image)), "/health")
        return time.perf_counter() - began


def _port(host: Host, engine: Plain, label: str, image: Published) -> int:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for found in listed(engine, label):
            ports = [port["PublicPort"] for port in found["Ports"] if "PublicPort" in port]
            if ports and found["State"] == "running" and found["Image"].startswith(image.reference):
                return int(ports[0])
        time.sleep(LOOK_EVERY)
    raise TimeoutError(f"no container of {image.reference} runs on {host.name} within {SECONDS:g} s")
