"""The caller, the budget, and the server itself."""

from __future__ import annotations

from aiohttp import web

from playground.github.rest.context import CALLER
from playground.github.rest.errors import not_found
from playground.github.rest.links import links
from playground.github.rest.shapes import Shapes
from playground.github.site import SITE

ENTERPRISE_VERSION = "3.14.0"

routes = web.RouteTableDef()


@routes.get("/meta")
async def meta(_: web.Request) -> web.Response:
    return web.json_response({"verifiable_password_authentication": False, "installed_version": ENTERPRISE_VERSION})


@routes.get("/rate_limit")
async def rate_limit(request: web.Request) -> web.Response:
    budget = request.config_dict[SITE].budget
    core = {
        "limit": budget.limit,
        "used": budget.used,
        "remaining": budget.remaining,
        "reset": int(budget.resets),
    }
    return web.json_response({"resources": {"core": core}, "rate": core})


@routes.get("/user")
async def user(request: web.Request) -> web.Response:
    caller = request[CALLER]
    shapes = Shapes(links(request, ""), request.config_dict[SITE].accounts)
    return web.json_response({**shapes.account(caller), "name": caller.name, "email": caller.email})


@routes.get("/users/{login}")
async def somebody(request: web.Request) -> web.Response:
    accounts = request.config_dict[SITE].accounts
    account = accounts.of_login(request.match_info["login"])
    if account is None:
        raise not_found()
    shapes = Shapes(links(request, ""), accounts)
    return web.json_response({**shapes.account(account), "name": account.name, "email": account.email})
