"""Short conversations over a socket, by which a program that has just been started is asked whether it is there."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

ANSWER_SECONDS = 2.0


def http_answers(address: tuple[str, int] | Path, path: str) -> bool:
    """Whether a GET at a host and port, or at a unix socket, is answered with 200."""
    answer = exchange(address, f"GET {path} HTTP/1.0\r\nHost: playground\r\n\r\n")
    return answer.partition("\r\n")[0].split()[1:2] == ["200"]


def engine_answers(url: str) -> bool:
    """Whether a Docker engine answers at a unix:// or (without TLS) tcp:// URL."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return http_answers(Path(parts.path), "/_ping")
    return bool(parts.hostname and parts.port) and http_answers((parts.hostname or "", parts.port or 0), "/_ping")


def exchange(address: tuple[str, int] | Path, text: str, *, half_close: bool = False) -> str:
    """Say something and return all that is said until the other side closes; "" if it cannot be reached.

    Args:
        half_close: tell the other side that nothing more will come, for those that wait for it.
    """
    family = socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET
    answer = b""
    with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(address) if isinstance(address, Path) else address)
        connection.sendall(text.encode())
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            answer += part
    return answer.decode(errors="replace")
