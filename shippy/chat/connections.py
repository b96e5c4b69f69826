"""Connections to one web server that are kept between calls: a new one costs a few round trips, with TLS.

They are http.client's, but for the request, which is written at once and as bytes: with urllib3, or with http.client's
own, making it takes longer than all that Slack has to be told.
"""

from __future__ import annotations

import ssl
import time
import weakref
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from select import POLLIN
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from gevent import monkey

MOST_KEPT = 4

IDLE_SECONDS = 60.0
"""What is idle for longer may have been forgotten by something on the way, which tells neither end."""

# gevent's own poll lets others run, who may have a lot to do, while the request could be on its way.
_poll = monkey.get_original("select", "poll")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Idle(NamedTuple):
    """A connection that waits for the next call, since a time."""

    connection: HTTPConnection
    since: float


class Connections:
    """To the server of an address, through the proxy that the environment names. Any number of greenlets may use them.

    A kept connection that the server has ended meanwhile, or that was idle for a minute, is replaced. Nothing is sent
    twice.

    Args:
        seconds: what each single wait may take.
    """

    def __init__(self, address: SplitResult, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._dial, self._where, self._headers = _way_to(address, seconds)
        self._host = address.netloc.rpartition("@")[2]
        self._now = now
        self._idle: list[Idle] = []
        weakref.finalize(self, _close, self._idle)

    def head(self, headers: Mapping[str, str]) -> str:
        """What every request with these headers has ahead of its own, between its first line and its length."""
        lines = {"Host": self._host, **self._headers, **headers}.items()
        return "".join(f"{name}: {value}\r\n" for name, value in lines)

    def post(self, path: str, head: str, body: bytes) -> Answer:
        """Send a request, once, and read its answer.

        Raises:
            OSError, HTTPException: there is none.
        """
        request = f"POST {self._where}{path} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1")
        connection = self._taken()
        usable = False
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.sendall(request + body)
            with HTTPResponse(connection.sock, method="POST") as response:
                response.begin()
                answer = Answer(response.status, dict(response.headers.items()), response.read())
                usable = not response.will_close
        except OSError:
            # Whatever has cut or silenced this one may have done so to the others: the next call is not to wait, too.
            self.close()
            raise
        else:
            return answer
        finally:
            # Whoever is killed, or has waited for too long, leaves a connection that says what nobody waits for.
            if usable and len(self._idle) < MOST_KEPT:
                self._idle.append(Idle(connection, self._now()))
            else:
                connection.close()

    def close(self) -> None:
        """Close what is kept; the next request makes a new connection."""
        _close(self._idle)

    def _taken(self) -> HTTPConnection:
        """One that is kept, or a new one that is not connected yet."""
        while self._idle:
            kept, since = self._idle.pop()
            if self._now() - since < IDLE_SECONDS and not _is_over(kept):
                return kept
            kept.close()
        return self._dial()


def _close(idle: list[Idle]) -> None:
    while idle:
        idle.pop().connection.close()


def _is_over(connection: HTTPConnection) -> bool:
    """Whether it has ended, or says something that nobody has asked for."""
    watch = _poll()
    watch.register(connection.sock, POLLIN)
    return bool(watch.poll(0))


def _way_to(address: SplitResult, seconds: float) -> tuple[Callable[[], HTTPConnection], str, Mapping[str, str]]:
    """What makes a connection, what stands ahead of the path in a request, and what else a proxy has to be told.

    There is one answer to whether there is a proxy: a daemon's environment does not change.
    """
    secure = address.scheme == "https"
    # Made once: that takes longer than a handshake.
    context = ssl.create_default_context() if secure else None

    def made(host: str, port: int | None) -> HTTPConnection:
        if context is None:
            return HTTPConnection(host, port, timeout=seconds)
        return HTTPSConnection(host, port, timeout=seconds, context=context)

    host, port = address.hostname or "", address.port
    named = getproxies().get(address.scheme)
    if not named or proxy_bypass(address.netloc):
        return lambda: made(host, port), "", {}
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    told = {"Proxy-Authorization": _basic(proxy.username, proxy.password or "")} if proxy.username else {}

    def tunnelled() -> HTTPConnection:
        connection = made(proxy.hostname or "", proxy.port)
        connection.set_tunnel(host, port, told)
        return connection

    if secure:
        return tunnelled, "", {}
    return lambda: made(proxy.hostname or "", proxy.port), f"http://{address.netloc}", told


def _basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{unquote(user)}:{unquote(password)}'.encode()).decode()}"
