"""The engines' sockets: HTTP/1.1 on asyncio, with no more of it than Engine API clients use."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus

from benchmarks.engines.engine import API, Answer, Engine
from benchmarks.engines.settings import PORTS, Fault, Settings, number_of

BACKLOG = 4096
NO_BODY = 204
STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
HEADERS = f"Api-Version: {API}\r\nServer: Docker/20.10.24 (linux)\r\nContent-Type: application/json\r\n".encode()


@dataclass(slots=True)
class Counts:
    """What is told when it ends."""

    requests: int = 0
    connections: int = 0
    pulls: int = 0
    pulls_now: int = 0
    most_pulls_at_once: int = 0


@dataclass(slots=True)
class Engines:
    settings: Settings
    counts: Counts = field(default_factory=Counts)
    _engines: dict[int, Engine] = field(default_factory=dict)

    def engine(self, number: int) -> Engine:
        if number not in self._engines:
            fault = dict(self.settings.faults).get(number)
            clock = asyncio.get_running_loop().time
            self._engines[number] = Engine(number, self.settings, clock, fault)
        return self._engines[number]


class Conversation(asyncio.Protocol):
    """One connection to an engine."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._buffer = b""
        self._engine: Engine | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what TCP servers are given
        self._transport = transport
        self._engines.counts.connections += 1
        self._engine = self._engines.engine(number_of(transport.get_extra_info("sockname")[0]))
        if self._engine.fault is Fault.CLOSES:
            transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while request := self._request():
            self._engines.counts.requests += 1
            self._take(*request)

    def _request(self) -> tuple[str, str, bytes] | None:
        """The next request: method, target and body."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, begin = self._buffer[:end], end + 4
        where = head.lower().find(b"content-length:")
        length = int(head[where + 15 :].split(b"\r\n", 1)[0]) if where >= 0 else 0
        if len(self._buffer) < begin + length:
            return None
        method, target, _ = head[: head.index(b"\r\n")].decode().split(" ")
        body, self._buffer = self._buffer[begin : begin + length], self._buffer[begin + length :]
        return method, target, body

    def _take(self, method: str, target: str, body: bytes) -> None:
        if self._engine is None or self._engine.fault is Fault.SILENT:
            return
        answer = self._engine.answer(method, target, body)
        if answer.is_pull:
            self._pull(answer)
            return
        later = self._engines.settings.latency + answer.after
        if later:
            asyncio.get_running_loop().call_later(later, self._write, whole(answer))
        else:
            self._write(whole(answer))

    def _pull(self, answer: Answer) -> None:
        counts = self._engines.counts
        counts.pulls += 1
        if not answer.after + self._engines.settings.latency:
            self._write(STATUS_LINES[200] + HEADERS + b"Transfer-Encoding: chunked\r\n\r\n")
            self._write(b"".join(map(chunk, answer.lines)) + b"0\r\n\r\n")
            counts.most_pulls_at_once = max(counts.most_pulls_at_once, 1)
            return
        counts.pulls_now += 1
        counts.most_pulls_at_once = max(counts.most_pulls_at_once, counts.pulls_now)
        loop, step = asyncio.get_running_loop(), answer.after / len(answer.lines)
        begin = self._engines.settings.latency
        loop.call_later(begin, self._write, STATUS_LINES[200] + HEADERS + b"Transfer-Encoding: chunked\r\n\r\n")
        for number, line in enumerate(answer.lines, start=1):
            loop.call_later(begin + number * step, self._write, chunk(line))
        loop.call_later(begin + answer.after, self._pulled)

    def _pulled(self) -> None:
        self._engines.counts.pulls_now -= 1
        self._write(b"0\r\n\r\n")

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


class Health(asyncio.Protocol):
    """One connection to what a container listens to."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - as above
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._transport is None or not data.endswith(b"\r\n\r\n"):
            return
        address, port = self._transport.get_extra_info("sockname")
        status = self._engines.engine(number_of(address)).health(port)
        if status:
            self._transport.write(STATUS_LINES[status] + b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        self._transport.close()


def whole(answer: Answer) -> bytes:
    if answer.status == NO_BODY:
        return STATUS_LINES[NO_BODY] + HEADERS + b"\r\n"
    return STATUS_LINES[answer.status] + HEADERS + b"Content-Length: %d\r\n\r\n%b" % (len(answer.body), answer.body)


def chunk(line: bytes) -> bytes:
    return b"%x\r\n%b\r\n\r\n" % (len(line) + 2, line)


async def serve(engines: Engines, context: ssl.SSLContext | None, over: asyncio.Event) -> None:
    """Answer until it is over."""
    loop, port = asyncio.get_running_loop(), engines.settings.port
    everywhere = "0.0.0.0"  # noqa: S104 - of which only the loopback's addresses are engines
    servers = [
        await loop.create_server(lambda: Health(engines), everywhere, health, backlog=BACKLOG)
        for health in range(port + 1, port + PORTS)
    ]
    servers.append(
        await loop.create_server(lambda: Conversation(engines), everywhere, port, ssl=context, backlog=BACKLOG)
    )
    print("ready", flush=True)  # noqa: T201 - for whoever has started it
    await over.wait()
    for server in servers:
        server.close()
