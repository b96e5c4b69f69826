"""Repositories."""

from __future__ import annotations

from aiohttp import web

from playground.github.forks import make_fork
from playground.github.merging import Method
from playground.github.rest.context import body, context, optional_text
from playground.github.rest.links import links
from playground.github.rest.shapes import Shapes

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
    return web.json_response(of.shapes.repository(of.hosted, of.repository.refs.default_branch()))


@routes.post(REPOSITORY + "/forks")
async def fork(request: web.Request) -> web.Response:
    """A fork for the caller, or for an `organization`; GitHub makes it in a moment, this one at once."""
    of = await context(request)
    owner = optional_text(await body(request), "organization", "Fork") or of.caller.login
    made = await make_fork(of.site, of.hosted, owner, of.caller)
    shapes = Shapes(links(request, made.repository.full_name), of.site.accounts)
    return web.json_response(shapes.repository(made, made.repository.refs.default_branch()), status=202)


@routes.patch(REPOSITORY)
async def update(request: web.Request) -> web.Response:
    """Say in which ways pull requests may be merged. (What else can be changed is not needed here.)"""
    of = await context(request)
    given = await body(request)
    rules = of.hosted.rules
    wanted = {method: given.get(key, method in rules.methods) is True for key, method in ALLOWS.items()}
    rules.methods = frozenset(method for method, allowed in wanted.items() if allowed)
    return web.json_response(of.shapes.repository(of.hosted, of.repository.refs.default_branch()))
