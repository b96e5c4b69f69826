"""The calls of the Engine API that shippy makes (https://docs.docker.com/engine/api/v1.41/)."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from shippy.backend.engine.errors import EngineError, answered
from shippy.backend.engine.http import Answer
from shippy.backend.engine.pool import Pool

Kind = TypeVar("Kind")
Entry = Mapping[str, Any]

ERROR = 400
PING = "/_ping"
AUTH = "X-Registry-Auth"
# Of GET, DELETE and these POSTs, the second of two does what one would have done.
HARMLESS_TWICE = ("/start", "/stop", "/update", "/wait", "/images/create")

# Each piece of a container's log has a head of eight bytes: which stream, three zeros, and its length.
LOG_HEAD = 8


class EngineClient:
    """One engine, in the one version of the API that was found when it was greeted.

    Every call raises EngineAnswered (NotFound, Conflict) where the engine answers with an error, another EngineError,
    OSError or EOFError where it does not answer, and is safe to be killed. Values are the engine's own JSON.
    """

    def __init__(self, pool: Pool, version: str) -> None:
        self.pool = pool
        self.version = version
        self._heads = {method: f"{method} /v{version}".encode() for method in ("GET", "POST", "DELETE")}
        self._tail = _tail(pool.name)

    @classmethod
    def greeted(cls, pool: Pool) -> EngineClient:
        """The client of an engine, in the newest version of the API that it has, as its answer to a ping tells.

        A ping, because it costs an engine nothing: to tell its whole version, a dockerd runs two other programs.
        """
        with pool.asked(f"GET {PING}".encode() + _tail(pool.name) + b"\r\n", again=True) as answer:
            body = answer.body()
            _raise_for_error(answer, body)
            version = answer.headers.get("api-version", "")
        if not version:
            raise EngineError("is no Docker engine: it answers, and tells no version of the API")
        return cls(pool, version)

    def ping(self) -> None:
        self._asked("GET", PING)

    def info(self) -> Entry:
        return _one(self._asked("GET", "/info"))

    def engine_version(self) -> Entry:
        return _one(self._asked("GET", "/version"))

    # Images

    def images(self) -> Sequence[Entry]:
        return _some(self._asked("GET", "/images/json"))

    def inspect_image(self, name: str) -> Entry:
        return _one(self._asked("GET", f"/images/{_quoted(name)}/json"))

    def inspect_distribution(self, reference: str, auth: str | None = None) -> Entry:
        """What the registry tells of an image; `auth` is what credentials.Credentials gives."""
        return _one(self._asked("GET", f"/distribution/{_quoted(reference)}/json", auth=auth))

    def pull(self, repository: str, tag: str, auth: str | None = None) -> Generator[Entry]:
        """Pull an image by its tag or digest; the engine's lines as they come. What goes wrong on the way is a line."""
        path = _with("/images/create", tag=tag, fromImage=repository)
        with self.pool.asked(self._request("POST", path, None, auth), again=True) as answer:
            if answer.status >= ERROR:
                _raise_for_error(answer, answer.body())
            for line in answer.lines():
                yield _one(line)

    def remove_image(self, name: str, *, noprune: bool = False) -> None:
        self._asked("DELETE", _with(f"/images/{_quoted(name)}", force=False, noprune=noprune))

    # Containers

    def containers(self, *, all: bool = False, labels: Sequence[str] = ()) -> Sequence[Entry]:  # noqa: A002 - the API's
        """Those that run, or all; with all these labels (`key` or `key=value`)."""
        return entries_of(self.told("GET", listing(labels, all=all)))

    def create_container(self, name: str, config: Entry) -> Entry:
        return _one(self._asked("POST", _with("/containers/create", name=name), config))

    def inspect_container(self, container: str) -> Entry:
        return _one(self._asked("GET", f"/containers/{_quoted(container)}/json"))

    def update_container(self, container: str, changed: Entry) -> None:
        self._asked("POST", f"/containers/{_quoted(container)}/update", changed)

    def start(self, container: str) -> None:
        self._asked("POST", f"/containers/{_quoted(container)}/start")

    def stop(self, container: str, timeout: int) -> None:
        """Returns once it has ended; the engine kills it when the time-out, in seconds, is over."""
        self._asked("POST", _with(f"/containers/{_quoted(container)}/stop", t=timeout))

    def wait(self, container: str, condition: str) -> None:
        """Returns once it has come to `removed`, `next-exit` or `not-running`."""
        self._asked("POST", _with(f"/containers/{_quoted(container)}/wait", condition=condition))

    def remove_container(self, container: str, *, v: bool = False, force: bool = False) -> None:
        """`v`: with its anonymous volumes. `force`: also one that runs."""
        self._asked("DELETE", _with(f"/containers/{_quoted(container)}", v=v, link=False, force=force))

    def logs(self, container: str, tail: int) -> bytes:
        """The last lines of a container that has no terminal, of stdout and of stderr."""
        query = _with(f"/containers/{_quoted(container)}/logs", stdout=1, stderr=1, tail=tail)
        return unframed(self._asked("GET", query))

    def told(self, method: str, target: str, body: Entry | None = None, auth: str | None = None) -> bytes:
        """What is answered to any other call: those of a swarm's manager are in swarm/manager.py."""
        return self._asked(method, target, body, auth)

    def close(self) -> None:
        self.pool.close()

    def _asked(self, method: str, target: str, body: Entry | None = None, auth: str | None = None) -> bytes:
        again = method != "POST" or target.partition("?")[0].endswith(HARMLESS_TWICE)
        with self.pool.asked(self._request(method, target, body, auth), again=again) as answer:
            told = answer.body()
        _raise_for_error(answer, told)
        return told

    def _request(self, method: str, target: str, body: Entry | None, auth: str | None) -> bytes:
        head = self._heads[method] + target.encode("ascii") + self._tail
        if auth:
            head += f"{AUTH}: {auth}\r\n".encode("ascii")
        if body is not None:
            sent = json.dumps(body).encode()
            return head + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(sent), sent)
        return head + (b"Content-Length: 0\r\n\r\n" if method == "POST" else b"\r\n")


def unframed(log: bytes) -> bytes:
    """A log without the heads of its pieces."""
    pieces = []
    while len(log) >= LOG_HEAD:
        end = LOG_HEAD + int.from_bytes(log[4:LOG_HEAD])
        pieces.append(log[LOG_HEAD:end])
        log = log[end:]
    return b"".join(pieces)


def listing(labels: Sequence[str], *, all: bool = False) -> str:  # noqa: A002 - the API's
    """Where an engine lists its containers with all these labels; see `EngineClient.containers`."""
    return _with("/containers/json", all=int(all), filters=json.dumps({"label": list(labels)}))


def entries_of(told: bytes) -> Sequence[Entry]:
    """Raises EngineError where it is no list."""
    return _some(told)


def _tail(name: str) -> bytes:
    return f" HTTP/1.1\r\nHost: {name}\r\nUser-Agent: shippy\r\n".encode()


def _quoted(name: str) -> str:
    return quote(name, safe="/:@")


def _with(path: str, **query: object) -> str:
    return f"{path}?{urlencode(query)}"


def _one(told: bytes) -> Entry:
    return _decoded(told, dict)


def _some(told: bytes) -> Sequence[Entry]:
    return _decoded(told, list)


def _decoded(told: bytes, kind: type[Kind]) -> Kind:
    try:
        value = json.loads(told)
    except ValueError as error:
        raise EngineError("answered what is no JSON") from error
    if not isinstance(value, kind):
        raise EngineError("answered other JSON than an engine does")
    return value


def _raise_for_error(answer: Answer, body: bytes) -> None:
    if answer.status < ERROR:
        return
    try:
        explanation = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        explanation = body.decode(errors="replace").strip()
    raise answered(answer.status, explanation)
