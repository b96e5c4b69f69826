"""Repositories and their refs."""

from __future__ import annotations

from aiohttp import web

from playground.github.rest.context import context
from playground.github.rest.errors import not_found

routes = web.RouteTableDef()

REPOSITORY = "/repos/{owner}/{name}"


@routes.get(REPOSITORY)
async def repository(request: web.Request) -> web.Response:
    of = await context(request)
    return web.json_response(of.shapes.repository(of.hosted, await of.repository.default_branch()))


@routes.get(REPOSITORY + "/git/ref/{ref:.+}")
@routes.get(REPOSITORY + "/git/refs/{ref:.+}")
async def ref(request: web.Request) -> web.Response:
    """One ref by its whole name without `refs/`: heads/master. The second path is what PyGithub asks for."""
    of = await context(request)
    name = f"refs/{of.given('ref')}"
    sha = await of.repository.resolve(name)
    if sha is None:
        raise not_found()
    return web.json_response(of.shapes.ref(name, sha))


@routes.get(REPOSITORY + "/git/matching-refs/{ref:.*}")
async def matching_refs(request: web.Request) -> web.Response:
    """The branches whose names start with what is given: heads/feat."""
    of = await context(request)
    wanted = f"refs/{of.given('ref')}"
    refs = {f"refs/heads/{name}": sha for name, sha in (await of.repository.branches()).items()}
    return web.json_response([of.shapes.ref(name, sha) for name, sha in refs.items() if name.startswith(wanted)])
