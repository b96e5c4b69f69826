"""The answers of requests that have a fault."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from playground.github.faults import Fault, Kind
from playground.github.rest.errors import Refusal

BUSY_PAGE = "<html><head><title>Unicorn!</title></head><body>This page is taking too long to load.</body></html>"


def refused(refusal: Refusal) -> web.Response:
    return web.json_response(refusal.as_json(), status=refusal.status)


def rate_limited(resets: float) -> web.Response:
    """GitHub's answer once the hour's budget is used up (docs.github.com/rest, "Rate limits")."""
    response = refused(Refusal(403, "API rate limit exceeded for user ID 1."))
    response.headers["X-RateLimit-Remaining"] = "0"
    response.headers["X-RateLimit-Reset"] = str(int(resets))
    return response


async def spoiled(request: web.Request, fault: Fault) -> web.Response:
    """What a fault makes of a request, instead of its real answer."""
    if fault.kind is Kind.ERROR:
        return web.Response(status=fault.status, text=BUSY_PAGE, content_type="text/html")
    if fault.kind is Kind.UNAUTHORIZED:
        return refused(Refusal(401, "Bad credentials"))
    if fault.kind is Kind.RATE_LIMITED:
        return rate_limited(time.time() + fault.seconds)
    if fault.kind is Kind.SECONDARY:
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        response = refused(Refusal(403, message))
        response.headers["Retry-After"] = str(int(fault.seconds))
        return response
    if fault.kind is Kind.HANG:
        await asyncio.sleep(fault.seconds)
    if request.transport:
        request.transport.abort()
    return web.Response(status=499)
