"""Setting up webhooks (docs.github.com/rest/repos/webhooks)."""

from __future__ import annotations

from aiohttp import web

from playground.github.rest.context import body, context
from playground.github.rest.errors import invalid
from playground.github.rest.repositories import REPOSITORY

routes = web.RouteTableDef()


@routes.post(REPOSITORY + "/hooks")
async def add_hook(request: web.Request) -> web.Response:
    of = await context(request)
    given = await body(request)
    config = given.get("config")
    if not isinstance(config, dict) or not isinstance(config.get("url"), str):
        raise invalid("Hook", "url", "missing_field")
    events = given.get("events", ["push"])
    if not isinstance(events, list):
        raise invalid("Hook", "events", "invalid")
    secret = str(config.get("secret", ""))
    hook = of.site.hooks.add(of.repository.full_name, config["url"], secret, frozenset(map(str, events)))
    shape = {"id": hook.id, "type": "Repository", "name": "web", "active": True, "events": sorted(hook.events)}
    return web.json_response({**shape, "config": {"url": hook.url, "content_type": "json"}}, status=201)
