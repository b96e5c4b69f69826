"""How the back door reads requests and refuses them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from playground.slack.errors import Refused
from playground.slack.model import Json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def body(request: web.Request) -> Json:
    """The JSON object that was sent. Asking for the content type keeps other sites' forms out.

    Raises:
        Refused: not_json.
    """
    try:
        content: Any = json.loads(await request.text())
    except json.JSONDecodeError as error:
        raise Refused("not_json") from error
    if request.content_type != "application/json" or not isinstance(content, dict):
        raise Refused("not_json")
    return content


def text(content: Json, name: str) -> str:
    """A string that has to be there. Raises: Refused: missing_<name>."""
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(f"missing_{name}")
    return value


def done(**content: Any) -> web.Response:
    return web.json_response({"ok": True, **content})


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns what is refused into HTTP 400 with the reason."""
    try:
        return await handler(request)
    except Refused as refusal:
        return web.json_response({"ok": False, "error": refusal.code, **refusal.details}, status=400)
