"""Images: what a reference stands for, and bringing one to a host."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing

import gevent
from gevent.lock import BoundedSemaphore

from shippy.backend.docker.engine import Engine
from shippy.backend.docker.errors import first_line, is_clients_fault
from shippy.backend.docker.pull_progress import PullProgress
from shippy.backend.engine.errors import EngineAnswered, NotFound
from shippy.errors import HostFailed, ImageNotFound, Unavailable
from shippy.model import HostProgress, HostStep, Image

RESOLVE_WITHIN = 60.0
RETRY_PAUSES = (0.5, 2.0)

BAD_REQUEST = 400


def resolve(engine: Engine, reference: str) -> Image:
    """Ask the registry, through an engine, which digest a reference stands for. Nothing is pulled.

    The registry's credentials are those that `docker login` has left for the daemon's own user (~/.docker/config.json,
    or the folder in DOCKER_CONFIG, with its credential helpers), read again each time.

    The engine tells the cases apart by its status: 404 the registry has no such image, 400 no image can be called
    that, 401 and 403 the credentials do not do, 500 the registry did not answer (tried on Docker 20.10, API 1.41).

    Raises:
        ImageNotFound: the registry does not have it.
        Unavailable: the registry did not answer, or not to these credentials.
        HostFailed: the engine itself did not answer.
    """
    if not engine.is_awake:
        # The registry may take longer, but not an engine that is frozen: another one can be asked.
        with engine.asked(HostStep.CONNECTING, engine.time_outs.ask) as client:
            client.ping()
    with engine.asked(HostStep.CONNECTING, engine.time_outs.registry) as client:
        auth = engine.keys.credentials.header_for(reference)
        try:
            found = client.inspect_distribution(reference, auth)
        except EngineAnswered as error:
            answer = first_line(error.explanation or f"answer {error.status}")
            if isinstance(error, NotFound) or error.status == BAD_REQUEST:
                raise ImageNotFound(reference, answer) from error
            raise Unavailable("the registry", answer) from error
    return Image(reference, found["Descriptor"]["digest"])


def resolve_through(ways: Mapping[str, Callable[[str], Image]], reference: str) -> Image:
    """Ask the registry through the first engine that gets an answer of it, within a minute in all.

    Args:
        ways: `resolve` of each engine, by what the engine is called.

    Raises:
        ImageNotFound: the registry does not have it.
        Unavailable: none has got an answer.
    """
    began = time.monotonic()
    problems: list[str] = []
    for name, resolve_there in ways.items():
        if time.monotonic() - began > RESOLVE_WITHIN:
            break
        try:
            return resolve_there(reference)
        except Unavailable as registry:
            problems.append(registry.why)
        except HostFailed as failure:
            problems.append(f"{name} {failure.reason}")
    raise Unavailable("the registry", problems[-1])


def pull(engine: Engine, image: Image, pulling: BoundedSemaphore, report: Callable[[HostProgress], None]) -> None:
    """Bring an image to a host by its digest, unless it is there. Credentials are those of `resolve`.

    A pull that breaks is tried twice more, and then finds the layers that were complete. One that the engine refuses
    (no such image, no access) is not.

    Raises:
        HostFailed: at `connecting` or at `pulling`.
    """
    if has(engine, image):
        return
    for pause in (*RETRY_PAUSES, None):
        try:
            pull_once(engine, image, pulling, report)
        except HostFailed as failure:
            if pause is None or is_clients_fault(failure.__cause__):
                raise
            gevent.sleep(pause)
        else:
            return


def has(engine: Engine, image: Image) -> bool:
    return labels(engine, image) is not None


def labels(engine: Engine, image: Image) -> Mapping[str, str] | None:
    """The labels of an image that the host has; None where it does not have it."""
    with engine.asked(HostStep.CONNECTING, engine.time_outs.ask) as client:
        try:
            found = client.inspect_image(image.pinned)
        except NotFound:
            return None
    # An engine tells null where there are none.
    return (found.get("Config") or {}).get("Labels") or {}


def pull_once(engine: Engine, image: Image, pulling: BoundedSemaphore, report: Callable[[HostProgress], None]) -> None:
    host, progress = engine.host.name, PullProgress()
    report(HostProgress(host, HostStep.PULLING, 0))
    told = 0
    with pulling, engine.asked(HostStep.PULLING, within=None) as client:
        auth = engine.keys.credentials.header_for(image.repository)
        with closing(client.pull(image.repository, image.digest, auth)) as lines:
            for line in lines:
                # Once the first line is written the status is 200 for good, and what goes wrong is a line as well.
                if "error" in line:
                    raise HostFailed(host, HostStep.PULLING, first_line(line["error"]))
                if progress.feed(line) > told:
                    told = progress.percent
                    report(HostProgress(host, HostStep.PULLING, told))
    if told < 100:  # noqa: PLR2004  # percent
        report(HostProgress(host, HostStep.PULLING, 100))
