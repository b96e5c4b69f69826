"""A web server that answers each request with the next line of a script, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.pywsgi import WSGIServer

StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass
class Reply:
    """`delay` is in seconds; a text that is not JSON goes out as it is."""

    status: int = 200
    content: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0

    @property
    def body(self) -> bytes:
        if self.content is None:
            return b""
        return (self.content if isinstance(self.content, str) else json.dumps(self.content)).encode()


@dataclass
class ScriptedServer:
    replies: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    url: str = ""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}{query}")
        body = environ["wsgi.input"].read()
        self.bodies.append(json.loads(body) if body else None)
        reply = self.replies.pop(0)
        gevent.sleep(reply.delay)
        start_response(f"{reply.status} Scripted", [("Content-Type", "application/json"), *reply.headers.items()])
        return [reply.body]


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    script = ScriptedServer()
    server = WSGIServer(("127.0.0.1", 0), script, log=None, error_log=None)
    server.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        server.stop(timeout=1)
