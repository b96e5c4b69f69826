"""What each of them does on a host: pull an image, create a container of it, start that, and look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = "registry.example.com/acme/web"
DIGEST = "sha256:" + "a" * 64
IMAGE = f"{REPOSITORY}@{DIGEST}"
CONFIG: dict[str, Any] = {
    "Image": IMAGE,
    "Env": ["PORT=8080"],
    "Labels": {"shippy.app": "web", "shippy.deploy": "d1"},
    "ExposedPorts": {"8080/tcp": {}},
    "HostConfig": {"PortBindings": {"8080/tcp": [{"HostIp": "", "HostPort": ""}]}},
}
BODY = json.dumps(CONFIG).encode()

API = "/v1.41"
PULL = f"{API}/images/create?fromImage={REPOSITORY}&tag={DIGEST}"
CREATE = f"{API}/containers/create?name=web"
SECONDS = 30.0


class Files(NamedTuple):
    """The CA's certificate, and the client's own and its key."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Target:
    """One engine, and the client's certificates where it speaks TLS."""

    address: str
    port: int
    tls: Path | None

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}"

    @property
    def docker_url(self) -> str:
        return f"tcp://{self.address}:{self.port}"

    @property
    def files(self) -> Files:
        folder = self.tls or Path()
        return Files(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")


def start(container: str) -> str:
    return f"{API}/containers/{container}/start"


def look(container: str) -> str:
    return f"{API}/containers/{container}/json"
