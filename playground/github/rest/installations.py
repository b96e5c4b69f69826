"""What an app asks for with its own signature: where it is installed, and a token for that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiohttp import web

from playground.github.apps import App
from playground.github.rest.context import CALLER
from playground.github.rest.errors import not_found
from playground.github.rest.shapes import Json, instant
from playground.github.site import SITE

INSTALLATION = r"/app/installations/{number:\d+}"

routes = web.RouteTableDef()


@routes.get(INSTALLATION)
async def installation(request: web.Request) -> web.Response:
    app = _own(request)
    shape: Json = {
        "id": app.installation,
        "app_id": app.id,
        "app_slug": app.login,
        "target_type": "Organization",
        "repository_selection": "all",
        "permissions": dict(app.permissions),
        "events": [],
    }
    return web.json_response(shape)


@routes.post(INSTALLATION + "/access_tokens")
async def access_token(request: web.Request) -> web.Response:
    """A token for all repositories, with all permissions. (Fewer of them are not needed here.)"""
    app = _own(request)
    over = datetime.now(UTC) + timedelta(seconds=app.lifetime)
    token = request.config_dict[SITE].accounts.new_token(app.login, over)
    shape: Json = {
        "token": token,
        "expires_at": instant(over),
        "permissions": dict(app.permissions),
        "repository_selection": "all",
    }
    return web.json_response(shape, status=201)


def _own(request: web.Request) -> App:
    """The app of an installation; another app's is not there for the caller to see."""
    app = request.config_dict[SITE].apps.installed(int(request.match_info["number"]))
    if app is None or app.login != request[CALLER].login:
        raise not_found()
    return app
