"""The images that the broken world runs: built once, and put into the registry under the name of each commit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from enum import StrEnum

import docker
import requests

from playground.machine.images import DOCKERFILE, HEALTH_PAGE, PORT, ROOT_PAGE, SERVE, Sample, publish
from playground.machine.topology import Machines

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
REGISTRY_SECONDS = 10.0

# A visit takes a moment, so that there are always some under way; and a version is the commit that shippy has shipped.
ANSWER = b"""\
#!/bin/busybox sh
busybox usleep 60000
printf 'Content-Type: text/plain\\r\\nX-Version: %s\\r\\n\\r\\nversion %s\\n' "$SHIPPY_COMMIT" "$SHIPPY_COMMIT"
"""
# A container with a volume of its own, so that one which is left behind is seen.
WITH_VOLUME = DOCKERFILE.format(version="any", port=PORT) + "VOLUME /scratch\n"
FILES: Mapping[str, bytes] = {ROOT_PAGE: ANSWER, HEALTH_PAGE: b"ok\n", "Dockerfile": WITH_VOLUME.encode()}


class Kind(StrEnum):
    HEALTHY = "healthy"
    STUBBORN = "stubborn"


SAMPLES = {
    Kind.HEALTHY: Sample(SERVE, FILES),
    # Ignores SIGTERM, so that only SIGKILL ends it.
    Kind.STUBBORN: Sample(SERVE.replace("trap 'exit 0' TERM", "trap '' TERM"), FILES),
}


class Images:
    """One repository of images in the registry of these machines."""

    def __init__(self, machines: Machines, repository: str) -> None:
        self._repository = f"{machines.registry.address}/{repository}"
        self._url = f"http://{machines.registry.address}/v2/{repository}/manifests"
        self._session = requests.Session()
        self._session.trust_env = False
        with closing(docker.DockerClient(base_url=machines.builder)) as builder:
            for kind, sample in SAMPLES.items():
                publish(builder, f"{self._repository}:{kind}", sample, str(kind))

    def tag(self, kind: Kind, commit: str) -> None:
        """Let the image of a kind be the image of a commit."""
        found = self._session.get(f"{self._url}/{kind}", headers={"Accept": MANIFEST}, timeout=REGISTRY_SECONDS)
        found.raise_for_status()
        headers = {"Content-Type": found.headers["Content-Type"]}
        put = self._session.put(f"{self._url}/{commit}", found.content, headers=headers, timeout=REGISTRY_SECONDS)
        put.raise_for_status()

    def close(self) -> None:
        self._session.close()
