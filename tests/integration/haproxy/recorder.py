"""A way to a Runtime API on which every command is written down."""

from __future__ import annotations

import socket
from pathlib import Path

from gevent.server import StreamServer

READS = ("show ",)
CHUNK = 65_536


class Recorder:
    """Passes lines of commands on to a unix socket. `writes` are those that do more than read, in their order."""

    def __init__(self, runtime: Path) -> None:
        self.writes: list[str] = []
        self._runtime = runtime
        self._server = StreamServer(("127.0.0.1", 0), self._pass_on)

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self._server.address[1]}"

    def _pass_on(self, client: socket.socket, _: object) -> None:
        line = client.recv(CHUNK)
        commands = line.decode().strip().split(";")
        self.writes += [command for command in commands if not command.startswith(READS)]
        with socket.socket(socket.AF_UNIX) as haproxy:
            haproxy.connect(str(self._runtime))
            haproxy.sendall(line)
            while answer := haproxy.recv(CHUNK):
                client.sendall(answer)

    def __enter__(self) -> Recorder:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(timeout=0)
