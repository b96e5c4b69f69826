"""HAProxy's Runtime API, over a unix socket or TCP (management.txt of 2.6, section 9.3).

A connection is for one line of commands: one that is kept would end at an old worker after a reload (see pulse).
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from gevent import Timeout

from shippy.errors import Unavailable

ANSWER_WITHIN = 2.0
CHUNK = 65_536


class Runtime:
    """The Runtime API of one HAProxy.

    Args:
        name: the balancer's name, for errors.
        url: "unix:///path/of/a.sock" or "tcp://host:port".
        within: seconds that one line of commands may take, with its connection.
    """

    def __init__(self, name: str, url: str, within: float = ANSWER_WITHIN) -> None:
        self.name = name
        self.url = url
        self._where = urlsplit(url)
        self._within = within

    def ask(self, command: str) -> str:
        """Send a command and return the text that is answered, without the empty lines at its end.

        Raises:
            Unavailable: no answer, or not in time.
        """
        return self._exchange(command).strip("\n")

    def ask_all(self, *commands: str) -> list[str]:
        """Send commands over one connection; they are run in their order, and each has its answer.

        An answer ends with an empty line and has none in it, as far as those commands go that shippy uses.

        Raises:
            Unavailable: no answer to one of them, or not in time.
        """
        answers: list[str] = []
        lines: list[str] = []
        for line in self._exchange(";".join(commands)).splitlines():
            if line:
                lines.append(line)
            else:
                answers.append("\n".join(lines))
                lines = []
        if len(answers) != len(commands):
            raise Unavailable(self.name, f"it answers {len(answers)} of {len(commands)} commands")
        return answers

    def tell(self, command: str, expected: str = "") -> None:
        """Send a command that is done if it is answered by the expected text (most are by none).

        Raises:
            Unavailable: it was answered by something else, or not at all.
        """
        self.require(command, self.ask(command), expected)

    def require(self, command: str, answer: str, expected: str = "") -> None:
        """Raises Unavailable if this is not the answer that says that a command is done."""
        if answer != expected:
            said = answer.partition("\n")[0] or "nothing"
            raise Unavailable(self.name, f"it answers {said!r} to {command!r}")

    def _exchange(self, line: str) -> str:
        try:
            with Timeout(self._within, TimeoutError(f"no answer within {self._within:g} s")), self.connect() as link:
                link.sendall(f"{line}\n".encode())
                answer = b"".join(iter(lambda: link.recv(CHUNK), b""))
        except OSError as error:
            raise Unavailable(self.name, (error.strerror or str(error)).lower()) from error
        return answer.decode(errors="replace")

    def connect(self) -> socket.socket:
        """A connection, on which nothing has been said yet. Raises OSError; the caller sees to its time-out."""
        if self._where.scheme == "tcp":
            return socket.create_connection((self._where.hostname, self._where.port))
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.connect(self._where.path)
        except BaseException:
            link.close()
            raise
        return link
