"""One WebSocket of an app: what is sent goes out in order, and it can be made to fail in each of the usual ways."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket as network
import struct
import time
from collections.abc import AsyncIterator
from enum import StrEnum

from aiohttp import WSCloseCode, WSMsgType, web

from playground.slack.model import Json

_LOOK_SECONDS = 0.05


class Cut(StrEnum):
    """How a connection ends, or seems not to."""

    RST = "rst"
    FIN_WITHOUT_CLOSE = "fin_without_close"
    CLOSE = "close"
    SILENT = "silent"


class Socket:
    """An accepted WebSocket. `silent` means: TCP stands, and nothing is sent or heeded any more."""

    def __init__(self, response: web.WebSocketResponse, request: web.Request, transport: str, number: int) -> None:
        self.transport = transport
        self.number = number
        self.opened_at = time.time()
        self.silent = False
        self._response = response
        self._request = request
        self._outbox: asyncio.Queue[Json | None] = asyncio.Queue()

    def send(self, message: Json) -> None:
        self._outbox.put_nowait(message)

    def close(self) -> None:
        """Ends with a close frame, after what was sent before."""
        self._outbox.put_nowait(None)

    def cut(self, how: Cut) -> None:
        connection = self._request.transport
        if how is Cut.SILENT:
            self.silent = True
        elif how is Cut.CLOSE:
            self.close()
        elif connection is not None and how is Cut.FIN_WITHOUT_CLOSE:
            connection.close()
        elif connection is not None:
            reset(connection)

    async def write(self) -> None:
        """Sends what is put in the outbox, until it is cancelled or the connection is gone."""
        with contextlib.suppress(ConnectionError):
            while True:
                message = await self._outbox.get()
                if self.silent:
                    continue
                if message is None:
                    await self._response.close(code=WSCloseCode.GOING_AWAY)
                    return
                await self._response.send_str(json.dumps(message))

    async def read(self) -> AsyncIterator[Json]:
        """The JSON objects that come in, until the connection ends. Pings are answered."""
        async for frame in self._response:
            if self.silent:
                continue
            if frame.type is WSMsgType.PING:
                with contextlib.suppress(ConnectionError):
                    await self._response.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                with contextlib.suppress(json.JSONDecodeError):
                    message = json.loads(frame.data)
                    if isinstance(message, dict):
                        yield message
        while self.silent and self._request.transport is not None and not self._request.transport.is_closing():
            await asyncio.sleep(_LOOK_SECONDS)


def reset(connection: asyncio.BaseTransport) -> None:
    """Ends a TCP connection with RST: what closing does when there is no time to linger."""
    raw = connection.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(network.SOL_SOCKET, network.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(connection, asyncio.WriteTransport):
        connection.abort()
