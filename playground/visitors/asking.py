"""One visit: a request as a browser would send it, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

import aiohttp
from yarl import URL

from playground.visitors.counting import Answer

VERSION_HEADER = "X-Version"


@dataclass
class Visitor:
    """Somebody with a cookie jar, which holds for the whole site, whichever balancer gave the cookie."""

    number: int
    cookies: dict[str, str] = field(default_factory=dict)
    waiting: bool = False


class Site:
    """The site's public addresses, visited in turn. Every visit opens a connection of its own."""

    def __init__(self, balancers: list[URL], host: str | None, timeout_seconds: float) -> None:
        self._balancers = balancers
        self._host = host
        self._timeout_seconds = timeout_seconds
        self._turn = count()
        # Not kept alive: a connection that closes just as it is used again would look like a request that was lost.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=timeout_seconds),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._session.close()

    async def visit(self, visitor: Visitor) -> Answer:
        """Ask the next balancer for the site's first page, and read it to its end."""
        balancer = self._balancers[next(self._turn) % len(self._balancers)]
        try:
            return await self._ask(balancer, visitor)
        except TimeoutError:
            return Answer(str(balancer), failure=f"no answer in {self._timeout_seconds:g} s")
        except aiohttp.ClientConnectorError as error:
            return Answer(str(balancer), failure=f"cannot connect: {error.os_error.strerror}")
        except aiohttp.ServerDisconnectedError:
            return Answer(str(balancer), failure="closed without an answer")
        except aiohttp.ClientPayloadError:
            return Answer(str(balancer), failure="answer cut off")
        except (aiohttp.ClientError, OSError) as error:
            return Answer(str(balancer), failure=type(error).__name__)

    async def _ask(self, balancer: URL, visitor: Visitor) -> Answer:
        headers = {"Host": self._host} if self._host else {}
        if visitor.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        async with self._session.get(balancer, headers=headers, allow_redirects=False) as response:
            await response.read()
            visitor.cookies.update({name: cookie.value for name, cookie in response.cookies.items()})
            failed = response.status >= HTTPStatus.BAD_REQUEST
            return Answer(
                balancer=str(balancer),
                version=response.headers.get(VERSION_HEADER),
                failure=f"status {response.status}" if failed else None,
            )
