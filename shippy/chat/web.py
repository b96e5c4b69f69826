"""HTTP to one server, over connections that are kept open for a while: a new one costs a few round trips, with TLS."""

from __future__ import annotations

import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, RemoteDisconnected
from urllib.parse import SplitResult, unquote, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

# Slack, and what stands in front of it, keep a connection for longer than that.
KEPT_SECONDS = 30.0
MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """`headers` are by their names in small letters: servers and proxies write them as they like."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Web:
    """Posts forms below one address, through the proxy that the environment names. Any number of greenlets may.

    Args:
        url: what the paths are below, such as "https://slack.com/api/".
        seconds: what each single wait of a call may take.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self._url = urlsplit(url)
        self._seconds = seconds
        self._kept: list[tuple[float, HTTPConnection]] = []

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> WebAnswer:
        """The answer, whatever it says.

        A kept connection that the server has ended meanwhile, without a word on this call, is replaced by a new one.

        Raises:
            OSError, HTTPException: there is no answer, or it is not whole.
        """
        body = urlencode(fields).encode()
        kept = self._take()
        if kept is not None:
            try:
                return self._exchange(kept, path, body, headers)
            except _Ended:
                pass
        return self._exchange(self._connection(), path, body, headers)

    def close(self) -> None:
        """Close what is kept."""
        while self._kept:
            self._kept.pop()[1].close()

    def __del__(self) -> None:
        # Whoever forgets it has no connections to close.
        self.close()

    def _exchange(self, connection: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]) -> WebAnswer:
        """One call; the connection is kept if it is whole afterwards, and else closed."""
        whole = False
        try:
            response = self._asked(connection, path, body, headers)
            content = response.read()
            whole = not response.will_close
        finally:
            if whole and len(self._kept) < MOST_KEPT:
                self._kept.append((time.monotonic() + KEPT_SECONDS, connection))
            else:
                connection.close()
        return WebAnswer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)

    def _asked(self, connection: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", self._target(path), body, {**form, **self._to_proxy, **headers})
            return connection.getresponse()
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            raise _Ended(str(error)) from error

    def _take(self) -> HTTPConnection | None:
        """The kept connection that was used last."""
        if not self._kept:
            return None
        until, connection = self._kept.pop()
        if time.monotonic() < until:
            return connection
        connection.close()
        self.close()
        return None

    def _connection(self) -> HTTPConnection:
        """A new one, which connects when it is used. A proxy itself is spoken to without TLS."""
        host, port = self._url.hostname or "", self._url.port
        if self._proxy is None:
            return self._opened_by(self._url.scheme, host, port)
        proxy, proxy_port = self._proxy.hostname or "", self._proxy.port
        if self._url.scheme != "https":
            return self._opened_by("http", proxy, proxy_port)
        tunnel = self._opened_by("https", proxy, proxy_port)
        tunnel.set_tunnel(host, port, self._credentials)
        return tunnel

    def _opened_by(self, scheme: str, host: str, port: int | None) -> HTTPConnection:
        if scheme == "https":
            return HTTPSConnection(host, port, timeout=self._seconds, context=self._tls)
        return HTTPConnection(host, port, timeout=self._seconds)

    def _target(self, path: str) -> str:
        below = f"{self._url.path}{path}"
        plain_proxy = self._proxy is not None and self._url.scheme != "https"
        return f"{self._url.scheme}://{self._url.netloc}{below}" if plain_proxy else below

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @cached_property
    def _proxy(self) -> SplitResult | None:
        named = getproxies().get(self._url.scheme)
        if not named or proxy_bypass(self._url.netloc):
            return None
        return urlsplit(named if "://" in named else f"http://{named}")

    @cached_property
    def _credentials(self) -> dict[str, str]:
        if self._proxy is None or self._proxy.username is None:
            return {}
        who = f"{unquote(self._proxy.username)}:{unquote(self._proxy.password or '')}"
        return {"Proxy-Authorization": f"Basic {b64encode(who.encode()).decode()}"}

    @cached_property
    def _to_proxy(self) -> dict[str, str]:
        """What a request itself carries for the proxy; through a tunnel nothing, because the server would read it."""
        return {} if self._url.scheme == "https" else self._credentials


class _Ended(ConnectionError):
    """The server has ended the connection without a word on the call."""
