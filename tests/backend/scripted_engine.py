"""An HTTP server on loopback that answers as an engine would, by script: for what a real one does not do on request."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

from shippy.config.hosts import Host

API = "1.41"


@dataclass
class Answer:
    """A status, and JSON values that follow each other as the lines of a stream; a callable in their place is waited
    for before the next one.
    """

    status: int = 200
    lines: Iterable[Any | Callable[[], object]] = field(default_factory=lambda: [{}])
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: str
    headers: dict[str, str]


class ScriptedEngine:
    """Every path has its answers in turn, and then the last one for good. Paths are without the API's version."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[tuple[str, str], list[Answer]] = defaultdict(list)
        self.port = 0
        self.on("GET", "/_ping", Answer(headers={"Api-Version": API}))
        self.start()

    def start(self) -> None:
        """Listen, at the same port as before."""
        self._server = WSGIServer(("127.0.0.1", self.port), self._answer, log=None, spawn=Pool())
        self._server.start()
        self.port = int(self._server.address[1])

    def stop(self) -> None:
        """Close the port and all connections."""
        self._server.stop(timeout=0.1)

    def on(self, method: str, path: str, *answers: Answer) -> None:
        self._answers[method, path] = list(answers)

    def count(self, method: str, path: str) -> int:
        return sum((asked.method, asked.path) == (method, path) for asked in self.asked)

    @property
    def host(self) -> Host:
        return self.host_called("web1")

    def host_called(self, name: str) -> Host:
        return Host(name=name, docker=f"tcp://127.0.0.1:{self.port}", address="127.0.0.1")

    def __enter__(self) -> ScriptedEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterator[bytes]:
        path = unversioned(environ["PATH_INFO"])
        headers = {key.removeprefix("HTTP_"): value for key, value in environ.items() if key.startswith("HTTP_")}
        self.asked.append(Asked(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], headers))
        script = self._answers[environ["REQUEST_METHOD"], path] or [Answer(404, [{"message": f"no script for {path}"}])]
        answer = script.pop(0) if len(script) > 1 else script[0]
        start_response(f"{answer.status} Scripted", [("Content-Type", "application/json"), *answer.headers.items()])
        return written(answer.lines)


def unversioned(path: str) -> str:
    """`/v1.41/info` is `/info`."""
    _, first, rest = path.split("/", 2) if path.count("/") > 1 else ("", "", path)
    return f"/{rest}" if first.startswith("v1.") else path


def written(lines: Iterable[Any | Callable[[], object]]) -> Iterator[bytes]:
    for line in lines:
        if callable(line):
            line()
        else:
            yield json.dumps(line).encode() + b"\n"
