"""What every call of the API goes through: the log, faults, the token, the budget, GitHub's form of errors, ETags."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import Awaitable, Callable

from aiohttp import web

from playground.github.accounts import Account
from playground.github.apps import SignatureRefused
from playground.github.calls import Budget
from playground.github.faults import Kind
from playground.github.rest.context import CALLER
from playground.github.rest.errors import Refusal, not_found
from playground.github.rest.links import PREFIX
from playground.github.rest.spoiling import rate_limited, refused, spoiled
from playground.github.site import SITE, Site

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Asking for the budget is free (docs.github.com/rest/rate-limit).
FREE = f"{PREFIX}/rate_limit"
# Apps sign with a JSON web token here, and have an installation's token everywhere else.
SIGNED = f"{PREFIX}/app/"


@web.middleware
async def logged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Writes the call down, whatever becomes of it."""
    started, status, body = time.time(), None, await request.text()
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        caller = request.get(CALLER)
        request.config_dict[SITE].calls.add(
            started,
            request.method,
            request.path,
            request.query_string,
            status=status,
            login=caller.login if caller else None,
            conditional="If-None-Match" in request.headers,
            body=_json(body),
        )


@web.middleware
async def faulty(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets the faults that are switched on happen."""
    spoiling = None
    for fault in request.config_dict[SITE].faults.take(request.method, request.path):
        if fault.kind is Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        else:
            spoiling = fault
    if spoiling and not spoiling.after:
        return await spoiled(request, spoiling)
    response = await handler(request)
    return await spoiled(request, spoiling) if spoiling else response


@web.middleware
async def budgeted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Knows the caller by the token, takes the call off the budget, and answers 304 where nothing has changed."""
    site = request.config_dict[SITE]
    response: web.StreamResponse
    try:
        _authenticate(request)
    except Refusal as refusal:
        response = refused(refusal)
    else:
        free = request.path == FREE
        if not free and not site.budget.spend():
            response = rate_limited(site.budget.resets)
        else:
            response = _unless_known(request, await handler(request))
            if free or response.status == web.HTTPNotModified.status_code:
                site.budget.refund()
    _describe(response, site.budget)
    return response


@web.middleware
async def worded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Gives every refusal GitHub's form."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return refused(refusal)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return refused(not_found())


MIDDLEWARES = (logged, faulty, budgeted, worded)


def _json(body: str) -> object:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _authenticate(request: web.Request) -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        raise Refusal(401, "Requires authentication")
    site = request.config_dict[SITE]
    account = _signer(site, token) if request.path.startswith(SIGNED) else site.accounts.of_token(token.strip())
    if account is None or kind.lower() not in {"token", "bearer"}:
        raise Refusal(401, "Bad credentials")
    request[CALLER] = account


def _signer(site: Site, signature: str) -> Account | None:
    try:
        return site.accounts.of_login(site.apps.signing(signature).login)
    except SignatureRefused as error:
        raise Refusal(401, str(error)) from error


def _unless_known(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.method != "GET" or response.status != web.HTTPOk.status_code or not isinstance(response, web.Response):
        return response
    content = response.body if isinstance(response.body, bytes) else b""
    tag = hashlib.sha256(content + response.headers.get("Link", "").encode()).hexdigest()
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
    if tag not in request.headers.get("If-None-Match", ""):
        return response
    return web.Response(status=304, headers={"ETag": response.headers["ETag"]})


def _describe(response: web.StreamResponse, budget: Budget) -> None:
    response.headers["X-GitHub-Request-Id"] = uuid.uuid4().hex.upper()
    response.headers.setdefault("X-RateLimit-Limit", str(budget.limit))
    response.headers.setdefault("X-RateLimit-Remaining", str(budget.remaining))
    response.headers.setdefault("X-RateLimit-Used", str(budget.used))
    response.headers.setdefault("X-RateLimit-Reset", str(int(budget.resets)))
    response.headers.setdefault("X-RateLimit-Resource", "core")
