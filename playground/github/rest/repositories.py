"""Repositories."""

from __future__ import annotations

from aiohttp import web

from playground.github.rest.context import context

routes = web.RouteTableDef()

REPOSITORY = "/repos/{owner}/{name}"


@routes.get(REPOSITORY)
async def repository(request: web.Request) -> web.Response:
    of = await context(request)
    return web.json_response(of.shapes.repository(of.hosted, await of.repository.default_branch()))
