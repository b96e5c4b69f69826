"""Where the app's WebSockets come in: each with a ticket that is good once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import Protocol

from aiohttp import web

from playground.slack.methods.auth import RTM_TICKET, SOCKET_MODE_TICKET
from playground.slack.model import Json
from playground.slack.sockets import Socket, reset
from playground.slack.tickets import Redeemed
from playground.slack.web_api import RESET
from playground.slack.world import World

_CLOSE_SECONDS = 1.0


class Transport(Protocol):
    """What RTM and Socket Mode have in common."""

    def opened(self, socket: Socket) -> None: ...

    def closed(self, socket: Socket) -> None: ...

    def received(self, socket: Socket, message: Json) -> None: ...


class Doors:
    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers = itertools.count(1)

    async def rtm(self, request: web.Request) -> web.StreamResponse:
        return await self._enter(request, RTM_TICKET, request.match_info["ticket"], self._world.rtm)

    async def socket_mode(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        return await self._enter(request, SOCKET_MODE_TICKET, ticket, self._world.socket_mode)

    async def _enter(self, request: web.Request, purpose: str, ticket: str, transport: Transport) -> web.StreamResponse:
        faults = self._world.faults
        if (faults.down == RESET or faults.take("refuse")) and request.transport is not None:
            reset(request.transport)
        if faults.down:
            return web.Response(status=503, text="service unavailable")
        redeemed = self._world.tickets.redeem(purpose, ticket)
        if redeemed is not Redeemed.GOOD:
            return web.Response(status=401, text=f"ticket is {redeemed.name.lower()}")
        response = web.WebSocketResponse(autoping=False, timeout=_CLOSE_SECONDS)
        await response.prepare(request)
        await self._serve(Socket(response, request, purpose, next(self._numbers)), transport)
        return response

    @staticmethod
    async def _serve(socket: Socket, transport: Transport) -> None:
        writer = asyncio.create_task(socket.write())
        transport.opened(socket)
        try:
            async for message in socket.read():
                transport.received(socket, message)
        finally:
            transport.closed(socket)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
