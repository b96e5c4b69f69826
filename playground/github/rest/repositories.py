"""Repositories."""

from __future__ import annotations

from aiohttp import web

from playground.github.merging import Method
from playground.github.rest.context import body, context

routes = web.RouteTableDef()

REPOSITORY = "/repos/{owner}/{name}"
ALLOWS = {
    "allow_merge_commit": Method.MERGE,
    "allow_squash_merge": Method.SQUASH,
    "allow_rebase_merge": Method.REBASE,
}


@routes.get(REPOSITORY)
async def repository(request: web.Request) -> web.Response:
    of = await context(request)
    return web.json_response(of.shapes.repository(of.hosted, await of.repository.default_branch()))


@routes.patch(REPOSITORY)
async def update(request: web.Request) -> web.Response:
    """Say in which ways pull requests may be merged. (What else can be changed is not needed here.)"""
    of = await context(request)
    given = await body(request)
    rules = of.hosted.rules
    wanted = {method: given.get(key, method in rules.methods) is True for key, method in ALLOWS.items()}
    rules.methods = frozenset(method for method, allowed in wanted.items() if allowed)
    return web.json_response(of.shapes.repository(of.hosted, await of.repository.default_branch()))
