"""The way to an engine behind ssh, as docker-py goes it: one ssh connection, and in it a channel for each connection.

~/.ssh/config, the keys of the agent and of ~/.ssh, and ~/.ssh/known_hosts count. The far side needs the docker command
(`docker system dial-stdio`).
"""

from __future__ import annotations

from docker.transport import SSHHTTPAdapter
from gevent.lock import BoundedSemaphore
from paramiko import Channel, SSHClient, Transport  # type: ignore[import-untyped]  # paramiko ships no types
from paramiko.ssh_exception import SSHException  # type: ignore[import-untyped]  # as above

from shippy.backend.engine.connecting import Link
from shippy.backend.engine.errors import EngineError

DIAL = "docker system dial-stdio"


class ChannelLink:
    """A channel of an ssh connection. See connecting.Link."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.sendall = channel.sendall
        self.recv = channel.recv
        self.settimeout = channel.settimeout
        self.close = channel.close

    @property
    def is_over(self) -> bool:
        return bool(self._channel.closed or self._channel.eof_received or self._channel.recv_ready())


class Adapter(SSHHTTPAdapter):
    """Leaves no connection open where it could not be made whole: docker-py leaves that to the garbage collector."""

    def _connect(self) -> None:
        connected = False
        try:
            super()._connect()  # type: ignore[misc]  # its stubs leave it out
            connected = True
        finally:
            if not connected and self.ssh_client:
                self.ssh_client.close()


class SshWay:
    """See connecting.Way. Once it was given up, no connection is made any more."""

    name = "docker"

    def __init__(self, url: str) -> None:
        self._url = url
        self._adapter: Adapter | None = None
        self._connecting = BoundedSemaphore(1)
        self._given_up = False

    def connect(self, within: float) -> Link:
        try:
            return self._channel(within)
        except SSHException as error:
            raise EngineError(str(error)) from error

    def _channel(self, within: float) -> Link:
        channel: Channel = self._transport().open_session(timeout=within)
        ready = False
        try:
            channel.settimeout(within)
            channel.exec_command(DIAL)
            ready = True
        finally:
            if not ready:
                channel.close()
        return ChannelLink(channel)

    def is_over(self, link: Link) -> bool:
        return not isinstance(link, ChannelLink) or link.is_over

    def close(self) -> None:
        self._given_up = True
        if self._adapter is not None:
            self._adapter.close()
        self._adapter = None

    def _transport(self) -> Transport:
        with self._connecting:
            adapter = self._adapter = self._adapter or Adapter(self._url)
            if self._given_up:
                self.close()
                raise EngineError("the connection was given up: another call has found it lost")
            client: SSHClient = adapter.ssh_client
            return client.get_transport()
