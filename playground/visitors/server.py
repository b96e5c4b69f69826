"""The visitors' HTTP interface: begin a window, read the counts, take a sample."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web
from yarl import URL

from playground.visitors.asking import Kind, Site
from playground.visitors.crowd import MIXED, Crowd

MOST_SAMPLED = 10_000
CROWD = web.AppKey("crowd", Crowd)


@dataclass(frozen=True)
class Settings:
    """Whom to visit, how, and for how long. Rate in visits a second, over all visitors and balancers."""

    balancers: list[URL]
    host: str | None = None
    visitors: int = 40
    rate: float = 20.0
    timeout_seconds: float = 15.0
    stop_after_seconds: float = 3600.0
    mixed: bool = False


def application(settings: Settings) -> web.Application:
    """The server; its visitors come as long as it runs, or until their time is over."""

    async def crowd(app: web.Application) -> AsyncIterator[None]:
        site = Site(settings.balancers, settings.host, settings.timeout_seconds)
        kinds = MIXED if settings.mixed else (Kind.PAGE,)
        app[CROWD] = Crowd(site, settings.visitors, settings.rate, kinds)
        coming = asyncio.create_task(app[CROWD].come(settings.stop_after_seconds))
        yield
        coming.cancel()
        with suppress(asyncio.CancelledError):
            await coming
        await site.close()

    app = web.Application()
    app.cleanup_ctx.append(crowd)
    app.router.add_post("/playground/mark", mark)
    app.router.add_get("/playground/counts", counts)
    app.router.add_post("/playground/sample", sample)
    return app


async def mark(request: web.Request) -> web.Response:
    request.app[CROWD].mark()
    return web.json_response({})


async def counts(request: web.Request) -> web.Response:
    crowd = request.app[CROWD]
    return web.json_response(
        {
            "running": crowd.running,
            "total": crowd.total.as_json(),
            "window": crowd.window.as_json(),
            "window_seconds": time.monotonic() - crowd.window_begun,
        }
    )


async def sample(request: web.Request) -> web.Response:
    count = (await request.json()).get("count")
    if not isinstance(count, int) or not 0 < count <= MOST_SAMPLED:
        return web.json_response({"error": f"count is a whole number from 1 to {MOST_SAMPLED}"}, status=400)
    tally = await request.app[CROWD].sample(count)
    return web.json_response(tally.as_json())
