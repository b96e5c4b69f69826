"""The Web API over HTTP: https://docs.slack.dev/apis/web-api says how methods are called and refused."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.slack.errors import RateLimited, Refused
from playground.slack.methods.calls import Call
from playground.slack.methods.table import METHODS
from playground.slack.model import Json
from playground.slack.sockets import reset
from playground.slack.world import World

RESET = "reset"


class WebApi:
    """Answers /api/<method>, notes each call, and breaks as the faults say."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = _token(request, arguments)
        if self._world.faults.slow_seconds:
            await asyncio.sleep(self._world.faults.slow_seconds)
        if self._world.faults.down == RESET and request.transport is not None:
            self._note(method, arguments, 0, {})
            reset(request.transport)
        if self._world.faults.down:
            self._note(method, arguments, 503, {})
            return web.Response(status=503, text="service unavailable")
        status, headers, answer = self._answer(request, method, arguments, token)
        self._note(method, arguments, status, answer)
        return web.json_response(answer, status=status, headers=headers)

    def _answer(
        self, request: web.Request, name: str, arguments: Json, token: str
    ) -> tuple[int, Mapping[str, str], Json]:
        method = METHODS.get(name)
        if method is None:
            return 200, {}, {"ok": False, "error": "unknown_method", "req_method": name}
        headers: dict[str, str] = {}
        try:
            grant = self._world.grants.of(token)
            headers["x-oauth-scopes"] = ",".join(sorted(grant.scopes))
            headers["x-accepted-oauth-scopes"] = ",".join(sorted(method.scopes))
            kind = grant.kind if name == "auth.test" else method.kind
            grant.check(kind, method.scopes)
            answer = method.run(Call(self._world, name, grant, arguments, request.host))
        except RateLimited as refusal:
            return 429, headers | {"Retry-After": str(refusal.retry_after)}, {"ok": False, "error": refusal.code}
        except Refused as refusal:
            return 200, headers, {"ok": False, "error": refusal.code, **refusal.details}
        return 200, headers, {"ok": True, **answer}

    def _note(self, method: str, arguments: Json, status: int, answer: Json) -> None:
        self._world.calls.append(
            {
                "method": method,
                "at": time.time(),
                "status": status,
                "ok": answer.get("ok"),
                "error": answer.get("error"),
                "body": {name: value for name, value in arguments.items() if name != "token"},
            }
        )


async def respond(request: web.Request, world: World) -> web.StreamResponse:
    """Takes what an app sends to a response_url."""
    try:
        answer: Any = json.loads(await request.text())
        world.interactions.respond(request.match_info["hook"], answer if isinstance(answer, dict) else {})
    except json.JSONDecodeError:
        return web.Response(status=400, text="invalid_payload")
    except Refused as refusal:
        return web.json_response({"ok": False, "error": refusal.code, **refusal.details}, status=404)
    return web.Response(text="ok")


async def _arguments(request: web.Request) -> Json:
    """What the query, the form or the JSON body gives; a body that cannot be read gives nothing."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except json.JSONDecodeError:
            body = {}
        return arguments | (body if isinstance(body, dict) else {})
    return arguments | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _token(request: web.Request, arguments: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return str(arguments.get("token", ""))
