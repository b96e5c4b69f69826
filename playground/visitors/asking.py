"""One visit: a request as a browser would send it, and what it came to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from itertools import count
from typing import Any

import aiohttp
from yarl import URL

from playground.visitors.counting import Answer

VERSION_HEADER = "X-Version"
SLOW_SECONDS = 10
STREAM_SECONDS = 3
SOCKET_SECONDS = 3
UPLOAD = b"beans" * 20_000


class Kind(StrEnum):
    """What somebody asks for.

    page: the first page, over a connection of its own. kept: the same, over one that stays open between visits.
    slow: an answer that takes ten seconds. upload: a request that brings 100 kB. stream: an answer that comes piece by
    piece. socket: a WebSocket with a message a second.
    """

    PAGE = "page"
    KEPT = "kept"
    SLOW = "slow"
    UPLOAD = "upload"
    STREAM = "stream"
    SOCKET = "socket"


@dataclass
class Visitor:
    """Somebody with a cookie jar, which holds for the whole site, whichever balancer gave the cookie."""

    number: int
    cookies: dict[str, str] = field(default_factory=dict)
    waiting: bool = False

    def headers(self, host: str | None) -> dict[str, str]:
        """What a browser sends with each request."""
        headers = {"Host": host} if host else {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers


class Broken(Exception):
    """The answer came, and is not what it should be."""


class Site:
    """The site's public addresses, visited in turn. Every visit opens a connection of its own, save the `kept` ones."""

    def __init__(self, balancers: list[URL], host: str | None, timeout_seconds: float) -> None:
        self._balancers = balancers
        self._host = host
        self._timeout_seconds = timeout_seconds
        self._turn = count()
        # Not kept alive: a connection that closes just as it is used again would look like a request that was lost.
        self._fresh = _session(timeout_seconds, force_close=True)
        self._kept = _session(timeout_seconds, force_close=False)

    async def close(self) -> None:
        await self._fresh.close()
        await self._kept.close()

    async def visit(self, visitor: Visitor, kind: Kind = Kind.PAGE) -> Answer:
        """Ask the next balancer, and read the answer to its end."""
        balancer = self._balancers[next(self._turn) % len(self._balancers)]
        try:
            return await self._ask(balancer, visitor, kind)
        except TimeoutError:
            failure = f"no answer in {self._timeout_seconds:g} s"
        except aiohttp.ClientConnectorError as error:
            failure = f"cannot connect: {error.os_error.strerror}"
        except aiohttp.ServerDisconnectedError:
            failure = "closed without an answer"
        except aiohttp.ClientPayloadError:
            failure = "answer cut off"
        except Broken as error:
            failure = str(error)
        except (aiohttp.ClientError, OSError) as error:
            failure = type(error).__name__
        return Answer(str(balancer), failure=failure, kind=kind)

    async def _ask(self, balancer: URL, visitor: Visitor, kind: Kind) -> Answer:
        if kind is Kind.SOCKET:
            return await self._listen(balancer, visitor)
        async with self._request(balancer, visitor, kind) as response:
            body = await response.read()
            visitor.cookies.update({name: cookie.value for name, cookie in response.cookies.items()})
            failed = response.status >= HTTPStatus.BAD_REQUEST
            if not failed:
                _check(kind, body)
            return Answer(
                balancer=str(balancer),
                version=response.headers.get(VERSION_HEADER),
                failure=f"status {response.status}" if failed else None,
                kind=kind,
            )

    @asynccontextmanager
    async def _request(self, balancer: URL, visitor: Visitor, kind: Kind) -> AsyncIterator[aiohttp.ClientResponse]:
        session = self._kept if kind is Kind.KEPT else self._fresh
        headers = visitor.headers(self._host)
        options: dict[str, Any] = {"headers": headers, "allow_redirects": False}
        match kind:
            case Kind.UPLOAD:
                request = session.post(balancer / "upload", data=UPLOAD, **options)
            case Kind.SLOW:
                request = session.get((balancer / "slow") % {"seconds": SLOW_SECONDS}, **options)
            case Kind.STREAM:
                request = session.get((balancer / "stream") % {"seconds": STREAM_SECONDS}, **options)
            case _:
                request = session.get(balancer, **options)
        async with request as response:
            yield response

    async def _listen(self, balancer: URL, visitor: Visitor) -> Answer:
        """Read a WebSocket until the other side closes it, which it does when it has told everything."""
        url = (balancer / "socket") % {"seconds": SOCKET_SECONDS}
        async with self._fresh.ws_connect(url, headers=visitor.headers(self._host)) as socket:
            told = [message async for message in socket]
            if len(told) != SOCKET_SECONDS or socket.close_code != aiohttp.WSCloseCode.OK:
                raise Broken(f"the WebSocket ended after {len(told)} of {SOCKET_SECONDS} messages")
            return Answer(str(balancer), kind=Kind.SOCKET)


def _session(timeout_seconds: float, *, force_close: bool) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=force_close),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=timeout_seconds),
        trust_env=False,
    )


def _check(kind: Kind, body: bytes) -> None:
    """Raises Broken for a body that is not whole, where its length alone does not tell."""
    if kind is Kind.UPLOAD and body != str(len(UPLOAD)).encode():
        raise Broken(f"{body.decode()!r} of {len(UPLOAD)} bytes arrived")
    if kind is Kind.STREAM and not body.endswith(b"end\n"):
        raise Broken("the stream ended before its end")
