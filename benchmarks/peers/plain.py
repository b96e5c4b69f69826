"""HTTP over a plain socket, with no more in it than the floor of a measurement needs."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

SECONDS = 60.0
CHUNK = 65_536
LOOK_EVERY = 0.001


class Plain:
    """One connection, kept for one request after another.

    Args:
        where: the host and port.
    """

    def __init__(self, where: tuple[str, int]) -> None:
        self._host = f"{where[0]}:{where[1]}"
        self._link = socket.create_connection(where, SECONDS)
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""

    def ask(
        self, method: str, path: str, given: object = None, accept: str = "*/*"
    ) -> tuple[int, dict[str, str], bytes]:
        """Returns status, headers (their names in small letters) and body."""
        body = b"" if given is None else json.dumps(given).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: {accept}\r\n"
        if method != "GET":
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._link.sendall(head.encode() + b"\r\n" + body)
        first, *lines = self._until(b"\r\n\r\n").decode().split("\r\n")
        status = int(first.split()[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return status, headers, self._body(method, status, headers)

    def json(self, method: str, path: str, given: object = None) -> Any:
        """The body of an answer. Raises RuntimeError for any but a good one."""
        status, _, body = self.ask(method, path, given)
        if status >= 400:  # noqa: PLR2004 - HTTP's own
            raise RuntimeError(f"{method} {path} of {self._host} answered {status}: {body.decode()[:300]}")
        return json.loads(body) if body.startswith((b"{", b"[")) and b"\n{" not in body else body

    def close(self) -> None:
        self._link.close()

    def _body(self, method: str, status: int, headers: dict[str, str]) -> bytes:
        if method == "HEAD" or status in {204, 304}:
            return b""
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size + 2)[:-2]
            self._until(b"\r\n")
            return body
        return self._exactly(int(headers.get("content-length", 0)))

    def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            self._read()
        found, _, self._unread = self._unread.partition(end)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._unread) < size:
            self._read()
        found, self._unread = self._unread[:size], self._unread[size:]
        return found

    def _read(self) -> None:
        part = self._link.recv(CHUNK)
        if not part:
            raise ConnectionError(f"{self._host} has closed the connection")
        self._unread += part


def get(where: tuple[str, int], path: str) -> tuple[int, str]:
    """Status and body of one GET over a connection of its own. Raises OSError."""
    link = Plain(where)
    try:
        status, _, body = link.ask("GET", path)
    finally:
        link.close()
    return status, body.decode()


def wait_for(where: tuple[str, int], path: str, body: str | None = None, every: float = LOOK_EVERY) -> None:
    """Return once a path is answered with 200, and with this body if one is wanted. Raises TimeoutError."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            status, said = get(where, path)
        except OSError:
            status, said = 0, ""
        if status == 200 and body in {None, said.strip()}:  # noqa: PLR2004 - HTTP's own
            return
        time.sleep(every)
    raise TimeoutError(f"{where[0]}:{where[1]}{path} was not answered as it should within {SECONDS:g} s")
