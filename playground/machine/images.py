"""Sample images: tiny containers that behave well, or badly in one way each, for whoever tests a fleet."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import docker

from playground.machine.packages import BUSYBOX, MissingPrograms, how_to_get

PORT = 8080
DOCKERFILE = """\
FROM scratch
COPY . /
LABEL org.opencontainers.image.revision={version}
ENV VERSION={version} PATH=/bin
EXPOSE {port}
ENTRYPOINT ["/bin/busybox", "sh", "/start"]
"""

# The first process of a container is not ended by a SIGTERM that it does not handle, so the shell handles it.
SERVE = f"""\
trap 'exit 0' TERM
echo "version $VERSION listens on {PORT}"
busybox httpd -f -p {PORT} -h /site &
wait
"""
ANSWER = """\
#!/bin/busybox sh
printf 'Content-Type: text/plain\\r\\nX-Version: %s\\r\\n\\r\\nversion %s\\n' "$VERSION" "$VERSION"
"""
ROOT_PAGE = "site/cgi-bin/index.cgi"
HEALTH_PAGE = "site/health"


@dataclass(frozen=True, eq=False)
class Sample:
    """What a container does: the shell script that it runs, and the files that it has, by their paths from the root.

    The script finds its version in $VERSION. Files whose text starts with "#!" can be executed.
    """

    script: str
    files: Mapping[str, bytes] = field(default_factory=dict)


HEALTHY = Sample(SERVE, {ROOT_PAGE: ANSWER.encode(), HEALTH_PAGE: b"ok\n"})
"""Answers / with its version (header X-Version, and in the text) and /health with 200; ends at once on SIGTERM."""

UNHEALTHY = Sample(SERVE, {ROOT_PAGE: ANSWER.encode()})
"""Answers / like the healthy one, and /health with 404, always."""

EXITS = Sample('echo "reading the settings"\necho "no database is configured" >&2\nexit 3\n')
"""Ends at once with exit code 3, after a line on stdout and one on stderr."""

STUBBORN = Sample(SERVE.replace("trap 'exit 0' TERM", "trap '' TERM"), HEALTHY.files)
"""Healthy, but ignores SIGTERM, so that only SIGKILL ends it."""


def large(megabytes: int, seed: int = 1) -> Sample:
    """Healthy, with so many megabytes that do not compress."""
    return Sample(HEALTHY.script, {**HEALTHY.files, "ballast": Random(seed).randbytes(megabytes * 1_000_000)})  # noqa: S311 - bytes to fill a disk with


def publish(client: docker.DockerClient, reference: str, sample: Sample, version: str) -> str:
    """Build a sample on an engine and push it to the registry in its reference ("registry:5000/name:tag").

    Returns:
        The image's digest in the registry, "sha256:…".

    Raises:
        docker.errors.BuildError: the image could not be built.
        docker.errors.APIError: the engine or the registry refused it.
    """
    client.images.build(fileobj=_context(sample, version), custom_context=True, tag=reference, rm=True)
    digest = ""
    for line in client.images.push(reference, stream=True, decode=True):
        if "error" in line:
            raise docker.errors.APIError(f"pushing {reference}: {line['error']}")
        digest = line.get("aux", {}).get("Digest", digest)
    return digest


def _context(sample: Sample, version: str) -> io.BytesIO:
    busybox = BUSYBOX.found()
    if busybox is None:
        raise MissingPrograms(how_to_get([BUSYBOX]))
    files = {
        "Dockerfile": DOCKERFILE.format(version=version, port=PORT).encode(),
        ".dockerignore": b"Dockerfile\n.dockerignore\n",
        "bin/busybox": Path(busybox).read_bytes(),
        "start": sample.script.encode(),
        **sample.files,
    }
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o755 if name == "bin/busybox" or content.startswith(b"#!") else 0o644
            archive.addfile(entry, io.BytesIO(content))
    context.seek(0)
    return context
