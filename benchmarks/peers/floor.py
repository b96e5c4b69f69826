"""The least that any program could take: the raw calls, made on all hosts at once by a bare program over plain sockets.

It looks at nothing, records nothing, asks nobody whether it may, and adds its servers to the balancers without a check.
"""

from __future__ import annotations

import socket
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from benchmarks.peers.engines import API, Published, container_asked, engine_of, remove_everywhere
from benchmarks.peers.plain import Plain, wait_for
from playground.machine.balancer import Balancer
from playground.machine.images import PORT
from playground.machine.topology import Host

T = TypeVar("T")

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
SLOT = "green"
LABEL = "benchmark.floor"


class Steps:
    """When each step began and ended on each host, in seconds since `began`."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.of: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)

    def took(self, what: str, where: str, work: Callable[[], T]) -> T:
        began = time.perf_counter() - self.began
        done = work()
        self.of[what][where] = (began, time.perf_counter() - self.began)
        return done


class Floor:
    """`app` is whose backends and map entry on the balancers are this program's own, and `vip` the port of its VIP."""

    def __init__(self, hosts: Sequence[Host], balancers: Sequence[Balancer], app: str, vip: int) -> None:
        self._hosts = hosts
        self._balancers = balancers
        self._app = app
        self._vip = vip
        self._servers: dict[str, str] = {}

    def ship(self, image: Published) -> tuple[float, Steps]:
        """From the registry to the VIP; returns the seconds, and what they were spent on."""
        with ThreadPoolExecutor(max(len(self._hosts), len(self._balancers))) as pool:
            steps = Steps()
            digest = steps.took("resolve", "", lambda: digest_of(image))
            ports = dict(pool.map(lambda host: self._bring_up(host, image, digest, steps, pull=True), self._hosts))
            entry = f"blue/{SLOT}/0/{image.version}"
            list(
                pool.map(
                    lambda one: steps.took("told", one.name, lambda: self._tell(one, ports, entry)), self._balancers
                )
            )
            for balancer in self._balancers:
                wait_for((balancer.address, self._vip), "/version", image.version)
            return time.perf_counter() - steps.began, steps

    def start(self, image: Published) -> tuple[float, Steps]:
        """Create, start, healthy: what is left to be done of an image that the hosts have."""
        digest = digest_of(image)
        with ThreadPoolExecutor(len(self._hosts)) as pool:
            steps = Steps()
            list(pool.map(lambda host: self._bring_up(host, image, digest, steps, pull=False), self._hosts))
            return time.perf_counter() - steps.began, steps

    def bring(self, image: Published) -> None:
        """Have every host pull an image ahead."""
        digest = digest_of(image)
        with ThreadPoolExecutor(len(self._hosts)) as pool:
            list(pool.map(lambda host: bring(engine_of(host), image, digest), self._hosts))

    def clear(self) -> None:
        """Take away what it has started."""
        for balancer in self._balancers:
            for server in self._servers:
                ask(balancer, f"set server {self._app}_{SLOT}/{server} state maint")
                ask(balancer, f"del server {self._app}_{SLOT}/{server}")
        self._servers.clear()
        remove_everywhere(self._hosts, LABEL)

    def _bring_up(self, host: Host, image: Published, digest: str, steps: Steps, *, pull: bool) -> tuple[str, int]:
        name, engine = host.name, engine_of(host)
        if pull:
            steps.took("pull", name, lambda: bring(engine, image, digest))
        asked = container_asked(f"{image.registry}/{image.repository}@{digest}", {LABEL: image.version})
        created = steps.took("create", name, lambda: engine.json("POST", f"{API}/containers/create", asked))
        steps.took("start", name, lambda: engine.json("POST", f"{API}/containers/{created['Id']}/start"))
        port = steps.took("healthy", name, lambda: self._healthy(host, engine, created["Id"]))
        engine.close()
        return name, port

    def _healthy(self, host: Host, engine: Plain, container: str) -> int:
        found = engine.json("GET", f"{API}/containers/{container}/json")
        port = int(found["NetworkSettings"]["Ports"][f"{PORT}/tcp"][0]["HostPort"])
        wait_for((host.address, port), "/health")
        return port

    def _tell(self, balancer: Balancer, ports: dict[str, int], entry: str) -> None:
        addresses = {host.name: host.address for host in self._hosts}
        commands = []
        for name, port in ports.items():
            server = f"{name}_{port}"
            self._servers[server] = name
            commands += [
                f"add server {self._app}_{SLOT}/{server} {addresses[name]}:{port}",
                f"set server {self._app}_{SLOT}/{server} state ready",
            ]
        ask(balancer, ";".join([*commands, f"set map {balancer.files / self._app}.map {self._app} {entry}"]))


def digest_of(image: Published) -> str:
    """What the registry has the image's tag for."""
    address, _, port = image.registry.partition(":")
    registry = Plain((address, int(port)))
    path = f"/v2/{image.repository}/manifests/{image.version}"
    _, headers, _ = registry.ask("HEAD", path, accept=MANIFEST)
    registry.close()
    return headers["docker-content-digest"]


def bring(engine: Plain, image: Published, digest: str) -> None:
    pinned = f"{image.registry}/{image.repository}@{digest}"
    status, _, body = engine.ask("POST", f"{API}/images/create?fromImage={pinned}")
    if status >= 400 or b'"error"' in body:  # noqa: PLR2004 - HTTP's own
        raise RuntimeError(f"pulling {pinned}: {body.decode()[-300:]}")


def ask(balancer: Balancer, line: str) -> str:
    with runtime_of(balancer) as link:
        link.sendall(f"{line}\n".encode())
        return b"".join(iter(lambda: link.recv(4096), b"")).decode()


def runtime_of(balancer: Balancer) -> socket.socket:
    """A connection to its Runtime API, by its socket where it has one."""
    if not balancer.socket.exists():
        return socket.create_connection((balancer.address, balancer.ports.runtime))
    link = socket.socket(socket.AF_UNIX)
    link.connect(str(balancer.socket))
    return link
