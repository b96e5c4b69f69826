"""A site for visitors: it gives each a cookie, and answers with the version that the test has set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import count
from typing import Any

from gevent.event import Event
from gevent.pywsgi import WSGIServer

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Site:
    """One balancer's public side. `version` is answered, with `status`, unless `hold` keeps the answer back."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.status = "200 OK"
        self.hosts: list[str] = []
        self.cookies: list[str] = []
        self.go = Event()
        self.go.set()
        self._visitors = count(1)
        self._server = WSGIServer(("127.0.0.1", 0), self._answer, log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def stop(self) -> None:
        self._server.stop(timeout=1)

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        headers = [("X-Version", self.version), ("Content-Type", "text/plain")]
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("visitor")
        if cookie is None:
            headers.append(("Set-Cookie", f"visitor=v{next(self._visitors)}; Path=/; HttpOnly"))
        else:
            self.cookies.append(cookie.value)
        self.hosts.append(environ["HTTP_HOST"])
        self.go.wait(20)
        start_response(self.status, headers)
        return [f"version {self.version}\n".encode()]


@contextmanager
def running(version: str) -> Iterator[Site]:
    site = Site(version)
    try:
        yield site
    finally:
        site.go.set()
        site.stop()
