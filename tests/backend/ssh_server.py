"""An SSH server on loopback that lets one key in and runs one command: a conversation with an engine."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

import gevent
import paramiko  # type: ignore[import-untyped]  # paramiko ships no types
from gevent.server import StreamServer

DIAL = b"docker system dial-stdio"


class OneCommand(paramiko.ServerInterface):  # type: ignore[misc]  # see above
    """Lets the key in, and joins the command's input and output with an engine's port."""

    def __init__(self, key: paramiko.PKey, engine: tuple[str, int]) -> None:
        self._key = key
        self._engine = engine

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002  # paramiko's signature
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:  # noqa: ARG002  # as above
        return int(paramiko.AUTH_SUCCESSFUL if key == self._key else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002  # as above
        return int(paramiko.OPEN_SUCCEEDED)

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        if command != DIAL:
            return False
        engine = socket.create_connection(self._engine, timeout=5)
        gevent.spawn(copy, channel, engine)
        gevent.spawn(copy, engine, channel)
        return True


class SshServer:
    """Answers at `port`. A client finds its key and the server's in the folder `.ssh` of a home made here."""

    def __init__(self, home: Path, engine: tuple[str, int]) -> None:
        self._engine = engine
        self._host_key = paramiko.RSAKey.generate(2048)
        self._user_key = paramiko.RSAKey.generate(2048)
        self._transports: list[paramiko.Transport] = []
        self._port = 0
        self.start()
        folder = home / ".ssh"
        folder.mkdir()
        self._user_key.write_private_key_file(str(folder / "id_rsa"))
        known = f"[127.0.0.1]:{self._port} ssh-rsa {self._host_key.get_base64()}\n"
        (folder / "known_hosts").write_text(known)

    @property
    def url(self) -> str:
        return f"ssh://deploy@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen, at the same port as before."""
        self._server = StreamServer(("127.0.0.1", self._port), self._serve)
        self._server.start()
        self._port = int(self._server.address[1])

    def stop(self) -> None:
        """Close the port and all connections."""
        self._server.stop()
        for transport in self._transports:
            transport.close()

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return sum(transport.is_active() for transport in self._transports)

    def _serve(self, connection: socket.socket, _: object) -> None:
        transport = paramiko.Transport(connection)
        transport.add_server_key(self._host_key)
        self._transports.append(transport)
        with suppress(EOFError, paramiko.SSHException):  # the client turns away from a server that it does not know
            transport.start_server(server=OneCommand(self._user_key, self._engine))
            transport.join()


def copy(source: socket.socket | paramiko.Channel, target: socket.socket | paramiko.Channel) -> None:
    """Copy until either side hangs up, which ends both directions."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    source.close()
    target.close()
