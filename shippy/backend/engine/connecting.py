"""The ways to an engine: unix:///var/run/docker.sock, tcp://host:2375, the same with TLS, and ssh://user@host.

Each way makes connections, which are all alike from there on.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from select import POLLIN
from typing import Protocol
from urllib.parse import urlsplit

from gevent import monkey

from shippy.backend.engine.certificates import Certificates, TlsFiles
from shippy.backend.engine.errors import ConnectTimeOut

PORT, TLS_PORT = 2375, 2376

# gevent's own poll goes through the event loop, in which a greenlet can be killed while it holds the connection.
_poll = monkey.get_original("select", "poll")


class Link(Protocol):
    """What is needed of a connection: a socket has it, and so has an ssh channel."""

    def sendall(self, data: bytes, /) -> None: ...
    def settimeout(self, seconds: float | None, /) -> None: ...
    def recv(self, most: int, /) -> bytes: ...
    def close(self) -> None: ...


class Way(Protocol):
    """How one engine is reached."""

    @property
    def name(self) -> str:
        """What the engine is called in the Host header."""

    def connect(self, within: float) -> Link:
        """A new connection. Raises ConnectTimeOut, OSError, or another EngineError that tells why there is none."""

    def is_over(self, link: Link) -> bool:
        """Whether a connection on which nothing is expected has ended, or says something all the same."""

    def close(self) -> None:
        """Give up what connections have in common."""


def way_to(url: str, tls: TlsFiles | None, certificates: Certificates) -> Way:
    """The way to the engine at an address; with files, TLS is spoken on it."""
    where = urlsplit(url)
    if where.scheme == "unix":
        return SocketWay("docker", lambda within: _unix(where.path, within))
    if where.scheme == "ssh":
        # Only now: it needs docker-py and paramiko, which are 20 MB of memory that most daemons never need.
        way: Way = import_module("shippy.backend.engine.ssh").SshWay(url)
        return way
    name = where.hostname or ""
    if tls is None:
        port = where.port or PORT
        return SocketWay(f"{name}:{port}", lambda within: tcp(name, port, within))
    port = where.port or TLS_PORT

    def secured(within: float) -> socket.socket:
        # The handshake comes by itself: who is killed while wrapping a socket leaves one that nobody knows.
        context = certificates.context(tls)
        link = context.wrap_socket(tcp(name, port, within), server_hostname=name, do_handshake_on_connect=False)
        _guarded(link, link.do_handshake)
        return link

    return SocketWay(f"{name}:{port}", secured)


@dataclass(frozen=True, slots=True)
class SocketWay:
    name: str
    dial: Callable[[float], socket.socket]

    def connect(self, within: float) -> Link:
        try:
            return self.dial(within)
        except TimeoutError as late:
            if late.errno:
                raise
            raise ConnectTimeOut(f"no answer within {within:g} s") from late

    def is_over(self, link: Link) -> bool:
        if not isinstance(link, socket.socket):
            return True
        watch = _poll()
        watch.register(link, POLLIN)
        return bool(watch.poll(0))

    def close(self) -> None:
        """Connections have nothing in common."""


def _unix(path: str, within: float) -> socket.socket:
    return _connected(socket.socket(socket.AF_UNIX), path, within)


def tcp(name: str, port: int, within: float) -> socket.socket:
    """A connection to a port of a machine, by its name or address; `within` is for the connection alone."""
    family = _family(name)
    if family is None:
        link = socket.create_connection((name, port), within)
    else:
        # An address needs no look-up, for which gevent would ask a thread.
        link = _connected(socket.socket(family), (name, port), within)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


def _family(name: str) -> socket.AddressFamily | None:
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            socket.inet_pton(family, name)
            return family
    return None


def _connected(link: socket.socket, address: str | tuple[str, int], within: float) -> socket.socket:
    link.settimeout(within)
    _guarded(link, lambda: link.connect(address))
    return link


def _guarded(link: socket.socket, step: Callable[[], object]) -> None:
    """Take one step with a socket, which is closed if the step does not come to its end."""
    done = False
    try:
        step()
        done = True
    finally:
        if not done:
            link.close()
