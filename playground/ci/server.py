"""The CI as a web application that works as long as it is served."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, web

from playground.ci import pages
from playground.ci.builds import Builds
from playground.ci.engine import Engine
from playground.ci.github import GitHub
from playground.ci.source import Source
from playground.ci.worker import Target, Worker

ADDRESS: web.AppKey[asyncio.Future[str]] = web.AppKey("address", asyncio.Future)


@dataclass(frozen=True, slots=True)
class Settings:
    """URLs of GitHub and the engine, host:port of the registry, and how many builds there are at a time."""

    github: str
    repository: str
    engine: str
    registry: str
    busybox: Path
    builders: int


def application(settings: Settings) -> web.Application:
    """The CI; it starts to work when somebody has put the URL at which it is served into `application[ADDRESS]`."""
    served = web.Application()
    served[pages.BUILDS] = Builds()
    served[pages.REPOSITORY_PAGE] = f"{settings.github}/{settings.repository}"
    served[pages.TEMPLATES] = pages.templates()
    served.add_routes(pages.routes)
    served.router.add_static("/playground/static", pages.STYLE)

    async def working(served: web.Application) -> AsyncIterator[None]:
        served[ADDRESS] = asyncio.get_running_loop().create_future()
        work = asyncio.create_task(_work(settings, served[pages.BUILDS], served[ADDRESS]))
        work.add_done_callback(_stop_if_broken)
        yield
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    served.cleanup_ctx.append(working)
    return served


async def _work(settings: Settings, builds: Builds, address: asyncio.Future[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="playground-ci-") as directory:
        async with ClientSession() as session, Engine(settings.engine) as engine:
            github = GitHub(session, settings.github, settings.repository)
            source = Source(github.clone_url, Path(directory) / "mirror.git", settings.busybox)
            target = Target(settings.registry, settings.repository)
            worker = Worker(github, engine, source, session, builds=builds, target=target, url=await address)
            await worker.run(settings.builders)


def _stop_if_broken(work: asyncio.Task[None]) -> None:
    # A CI that shows pages and builds nothing would be waited for in vain.
    if not work.cancelled() and work.exception():
        signal.raise_signal(signal.SIGTERM)
