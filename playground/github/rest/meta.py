"""The budget, and the server itself."""

from __future__ import annotations

from aiohttp import web

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
