"""The playground's own way to its GitHub, under /playground: seed it, listen to it, break it, see who called it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web

from playground.github.apps import TOKEN_SECONDS
from playground.github.changes import Author, Change, PushRefused
from playground.github.faults import Fault, Kind
from playground.github.pushing import files_of, move, push
from playground.github.site import SITE

LONGEST_POLL_SECONDS = 60.0

routes = web.RouteTableDef()


@routes.get("/playground/events")
async def events(request: web.Request) -> web.Response:
    """What happened after number `after`; waits up to `timeout` seconds for the first of it."""
    seconds = min(float(request.query.get("timeout", "0")), LONGEST_POLL_SECONDS)
    happenings = await request.app[SITE].feed.after(int(request.query.get("after", "0")), seconds)
    return web.json_response([asdict(happening) for happening in happenings])


@routes.get("/playground/calls")
async def calls(request: web.Request) -> web.Response:
    kept = request.app[SITE].calls.after(int(request.query.get("after", "0")))
    return web.json_response([call.as_json() for call in kept])


@routes.get("/playground/faults")
async def faults(request: web.Request) -> web.Response:
    return web.json_response([fault.as_json() for fault in request.app[SITE].faults.standing()])


@routes.post("/playground/faults")
async def add_fault(request: web.Request) -> web.Response:
    """Switch a fault on: an object with the fields of playground.github.faults.Fault."""
    given = await _given(request)
    try:
        fault = Fault(**{**given, "kind": Kind(given.get("kind", ""))})
    except (TypeError, ValueError) as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    request.app[SITE].faults.add(fault)
    return web.json_response(fault.as_json(), status=201)


@routes.delete("/playground/faults")
async def clear_faults(request: web.Request) -> web.Response:
    request.app[SITE].faults.clear()
    return web.Response(status=204)


@routes.put("/playground/budget")
async def set_budget(request: web.Request) -> web.Response:
    """Say how many calls an hour there are (`limit`) and how many of them are used up (`used`)."""
    given, budget = await _given(request), request.app[SITE].budget
    budget.limit, budget.used = int(given.get("limit", budget.limit)), int(given.get("used", budget.used))
    return web.json_response({"limit": budget.limit, "used": budget.used})


@routes.post("/playground/repositories")
async def create_repository(request: web.Request) -> web.Response:
    """Make an empty repository of the `owner` and `name` given, unless it is there."""
    given = await _given(request)
    try:
        hosted = await request.app[SITE].create(str(given.get("owner")), str(given.get("name")))
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    return web.json_response({"full_name": hosted.repository.full_name}, status=201)


@routes.post("/playground/repositories/{owner}/{name}/commits")
async def commit(request: web.Request) -> web.Response:
    """Commit `changes` (playground.github.changes.Change) of an `author` to a `branch`, as if they had been pushed."""
    given, named = await _given(request), request.match_info
    hosted = await request.app[SITE].open(named["owner"], named["name"])
    changes = [Change(**one) for one in given.get("changes", ())]
    try:
        sha = await push(hosted, str(given.get("branch")), Author(**given.get("author", {})), changes)
    except PushRefused as error:
        raise web.HTTPUnprocessableEntity(text=str(error)) from error
    return web.json_response({"sha": sha}, status=201)


@routes.put("/playground/repositories/{owner}/{name}/branches/{branch:.+}")
async def move_branch(request: web.Request) -> web.Response:
    """Put a branch at the commit `sha`, as a forced push does."""
    given, named = await _given(request), request.match_info
    hosted = await request.app[SITE].open(named["owner"], named["name"])
    try:
        await move(hosted, named["branch"], str(given.get("sha")))
    except PushRefused as error:
        raise web.HTTPUnprocessableEntity(text=str(error)) from error
    return web.Response(status=204)


@routes.get("/playground/repositories/{owner}/{name}/files")
async def files(request: web.Request) -> web.Response:
    """The text of each file of a `ref`, by its path."""
    named = request.match_info
    hosted = await request.app[SITE].open(named["owner"], named["name"])
    found = await files_of(hosted, request.query.get("ref", ""))
    if found is None:
        raise web.HTTPNotFound
    return web.json_response(found)


@routes.post("/playground/apps")
async def register_app(request: web.Request) -> web.Response:
    """Register an app of a `login` with `permissions`, whose tokens last `lifetime` seconds; answers with its key."""
    given, site = await _given(request), request.app[SITE]
    login = str(given.get("login") or "app")
    site.accounts.add(login, login, f"{login}@users.noreply.github.example", bot=True)
    lifetime = float(given.get("lifetime", TOKEN_SECONDS))
    app, key = site.apps.register(login, given.get("permissions", {}), lifetime)
    return web.json_response({"id": app.id, "installation": app.installation, "private_key": key}, status=201)


@routes.put("/playground/repositories/{owner}/{name}/rules")
async def set_rules(request: web.Request) -> web.Response:
    """Say what merges have to keep to: fields of playground.github.rules.Rules, but for the methods."""
    given, named = await _given(request), request.match_info
    hosted = await request.app[SITE].open(named["owner"], named["name"])
    rules = hosted.rules
    rules.queue = given.get("queue", rules.queue) is True
    rules.talked_out = given.get("talked_out", rules.talked_out) is True
    rules.unresolved = frozenset(map(int, given.get("unresolved", rules.unresolved)))
    return web.Response(status=204)


@routes.post("/playground/people")
async def add_person(request: web.Request) -> web.Response:
    """Add somebody with `login`, `name`, `email` (and `bot`); answers with a token of theirs."""
    given, accounts = await _given(request), request.app[SITE].accounts
    login, name, email = (str(given.get(field, "")) for field in ("login", "name", "email"))
    if not login:
        raise web.HTTPBadRequest(text="login is missing")
    accounts.add(login, name or login, email, bot=given.get("bot") is True)
    return web.json_response({"login": login, "token": accounts.new_token(login)}, status=201)


async def _given(request: web.Request) -> Mapping[str, Any]:
    given = await request.json()
    if not isinstance(given, dict):
        raise web.HTTPBadRequest(text="a JSON object was expected")
    return given
