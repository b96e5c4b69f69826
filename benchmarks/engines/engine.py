"""One engine: its images and containers, and what it answers. Nothing here knows of sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote

from benchmarks.engines.settings import PORTS, Fault, Settings

API = "1.41"
LAYER_BYTES = 10_000_000
EXIT_CODE = 3


@dataclass(slots=True)
class Answer:
    """`after` is how many seconds it takes. A stream has lines; the time is then spread over them."""

    status: int = 200
    body: bytes = b"{}"
    after: float = 0.0
    lines: tuple[bytes, ...] = ()
    is_pull: bool = False


@dataclass(slots=True)
class Container:
    id: str
    name: str
    image: str
    labels: Mapping[str, str]
    private: str
    port: int
    state: str = "created"
    healthy_at: float = 0.0


@dataclass(slots=True)
class Engine:
    """The engine of one host.

    Args:
        clock: seconds that only go up.
    """

    number: int
    settings: Settings
    clock: Callable[[], float]
    fault: Fault | None = None
    images: set[str] = field(default_factory=set)
    containers: dict[str, Container] = field(default_factory=dict)
    _made: Iterator[int] = field(default_factory=count)

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        path, _, query = target.partition("?")
        if path.startswith("/v1."):
            path = path[path.index("/", 1) :]
        _, kind, rest = path.split("/", 2) if path.count("/") > 1 else ("", path[1:], "")
        match kind:
            case "containers":
                return self._containers(method, unquote(rest), query, body)
            case "images":
                return self._images(method, unquote(rest), query)
            case "distribution":
                reference = unquote(rest).removesuffix("/json")
                return Answer(body=_json({"Descriptor": {"digest": digest_of(reference)}}))
            case "_ping":
                return Answer(body=b"OK")
            case "version":
                return Answer(body=_json({"Version": "20.10.24", "ApiVersion": API, "MinAPIVersion": "1.12"}))
        return _error(404, "page not found")

    def health(self, port: int) -> int:
        """The status with which the container at a port answers its health check; 0 where there is none."""
        found = next((each for each in self.containers.values() if each.port == port and each.state == "running"), None)
        if found is None:
            return 0
        ready = self.fault is not Fault.UNHEALTHY and self.clock() >= found.healthy_at
        return 200 if ready else 503

    def _images(self, method: str, rest: str, query: str) -> Answer:
        if rest == "create":
            asked = {key: values[0] for key, values in parse_qs(query).items()}
            return self._pull(asked["fromImage"], asked["tag"])
        if rest == "json":
            return Answer(body=_json([_image(name) for name in self.images]))
        name = rest.removesuffix("/json")
        if name not in self.images:
            return _error(404, f"No such image: {name}")
        if method == "DELETE":
            self.images.discard(name)
            return Answer(body=b"[]")
        return Answer(body=_json({"Id": name, "Config": {"Labels": None}}))

    def _pull(self, repository: str, tag: str) -> Answer:
        took = self.settings.pull_takes
        if self.fault is Fault.NO_PULL:
            return Answer(lines=(_json({"error": "no space left on device"}),), after=took, is_pull=True)
        name = f"{repository}@{tag}" if tag.startswith("sha256:") else f"{repository}@{digest_of(repository + tag)}"
        lines = [{"status": "Pulling from acme/web", "id": tag}, {"status": "Pulling fs layer", "id": "a"}]
        steps = max(self.settings.lines, 1)
        for step in range(1, steps + 1):
            detail = {"current": LAYER_BYTES * step // steps, "total": LAYER_BYTES}
            lines.append({"status": "Downloading", "progressDetail": detail, "id": "a"})  # type: ignore[dict-item]
        lines.append({"status": "Pull complete", "id": "a"})
        self.images.add(name)
        return Answer(lines=tuple(map(_json, lines)), after=took, is_pull=True)

    def _containers(self, method: str, rest: str, query: str, body: bytes) -> Answer:
        if rest == "json":
            wanted = json.loads(parse_qs(query).get("filters", ["{}"])[0]).get("label", [])
            return Answer(body=_json([self._entry(each) for each in self.containers.values() if _has(each, wanted)]))
        if rest == "create":
            return self._create(parse_qs(query).get("name", [""])[0], json.loads(body))
        name, _, act = rest.partition("/")
        container = self.containers.get(name)
        if container is None:
            return _error(404, f"No such container: {name}")
        if method == "DELETE":
            del self.containers[name]
            return Answer(204, b"")
        return self._act(container, act)

    def _create(self, name: str, config: Mapping[str, Any]) -> Answer:
        number = next(self._made)
        taken = {each.port for each in self.containers.values()}
        ports = range(self.settings.port + 1, self.settings.port + PORTS)
        free = next((port for port in ports if port not in taken), None)
        if free is None:
            return _error(500, "all ports are allocated")
        private = next(iter(config.get("ExposedPorts") or {"8080/tcp": {}}))
        id_ = sha256(f"{self.number}/{number}".encode()).hexdigest()
        self.containers[id_] = Container(id_, name, config["Image"], config.get("Labels") or {}, private, free)
        return Answer(201, _json({"Id": id_, "Warnings": []}))

    def _act(self, container: Container, act: str) -> Answer:
        match act:
            case "start":
                container.state = "exited" if self.fault is Fault.EXITS else "running"
                container.healthy_at = self.clock() + self.settings.start + self.settings.healthy
                return Answer(204, b"", after=self.settings.start)
            case "stop":
                container.state = "exited"
                return Answer(204, b"")
            case "json":
                code = EXIT_CODE if self.fault is Fault.EXITS else 0
                state = {"Status": container.state, "OOMKilled": False, "ExitCode": code}
                ports = {container.private: [{"HostIp": "0.0.0.0", "HostPort": str(container.port)}]}  # noqa: S104
                told = {"Id": container.id, "State": state, "NetworkSettings": {"Ports": ports}}
                return Answer(body=_json({**told, "Config": {"Labels": container.labels}}))
            case "logs":
                return Answer(body=b"")
        return Answer(body=_json({"StatusCode": 0, "Warnings": None}))

    def _entry(self, container: Container) -> Mapping[str, Any]:
        number, _, protocol = container.private.partition("/")
        port = {"PrivatePort": int(number), "PublicPort": container.port, "Type": protocol, "IP": "0.0.0.0"}  # noqa: S104
        return {
            "Id": container.id,
            "Names": [f"/{container.name}"],
            "ImageID": container.image,
            "Labels": container.labels,
            "State": container.state,
            "Ports": [port] if container.state == "running" else [],
        }


def digest_of(reference: str) -> str:
    return f"sha256:{sha256(reference.encode()).hexdigest()}"


def _has(container: Container, wanted: list[str]) -> bool:
    pairs = (label.partition("=") for label in wanted)
    return all(key in container.labels and (not sep or container.labels[key] == value) for key, sep, value in pairs)


def _image(name: str) -> Mapping[str, Any]:
    return {"Id": name, "RepoDigests": [name], "RepoTags": None, "Size": LAYER_BYTES, "Created": 0}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _error(status: int, message: str) -> Answer:
    return Answer(status, _json({"message": message}))
