"""The workspace as an HTTP server: the Web API, the WebSockets, the page, and the back door for tests."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from playground.slack.control.people import People
from playground.slack.control.requests import Handler, refusals
from playground.slack.control.steering import Steering
from playground.slack.control.watching import Watching
from playground.slack.doors import Doors
from playground.slack.web_api import WebApi, respond
from playground.slack.world import World

_PAGE = Path(__file__).with_name("page")
_LARGEST_BODY = 4 * 1024 * 1024
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' http: https: data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def application(world: World) -> web.Application:
    """Everything under one address. The page comes last: its files are whatever no other door takes."""
    app = web.Application(middlewares=[refusals, _page_headers], client_max_size=_LARGEST_BODY)
    api, doors = WebApi(world), Doors(world)

    async def hooks(request: web.Request) -> web.StreamResponse:
        return await respond(request, world)

    async def index(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def let_go(_: web.Application) -> None:
        world.changes.stop()
        for socket in world.sockets():
            socket.close()

    app.add_routes(
        [
            web.get("/", index),
            web.route("*", "/api/{method}", api.handle),
            web.get("/rtm/{ticket}", doors.rtm),
            web.get("/link/", doors.socket_mode),
            web.post("/hooks/{hook}", hooks),
            *People(world).routes(),
            *Watching(world).routes(),
            *Steering(world).routes(),
            web.static("/page", _PAGE),
        ]
    )
    app.on_shutdown.append(let_go)
    return app


@web.middleware
async def _page_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if request.path == "/" or request.path.startswith("/page/"):
        response.headers.update(_HEADERS)
    return response
