"""HTTP/1.1 as engines speak it: one request at a time on a connection, and what comes back.

Requests are written as bytes. Answers are parsed by llhttp, which Node.js has as its parser (httptools): the standard
library's client reads headers with the email package, which was a third of what a call costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from shippy.backend.engine.connecting import Link
from shippy.backend.engine.errors import BrokenOff

PIECE = 65536
MOST_HEAD = 65536
"""Bytes within which an answer has to have told its headers."""

Turn = Callable[[], object]
"""Called whenever something has come: hundreds of engines that answer at once would keep everybody else waiting."""


def at_once() -> None:
    """The turn of who is alone."""


def ask(link: Link, request: bytes, turn: Turn = at_once) -> Answer:
    """Send a request, and return its answer as soon as its headers are there.

    Raises:
        BrokenOff: what came was no answer.
        OSError: the connection is lost, or silent for too long.
    """
    link.sendall(request)
    return Answer(link, turn)


class Answer:
    """The status and headers of an answer, and its body, which can be read once; see `ask`."""

    def __init__(self, link: Link, turn: Turn) -> None:
        self._link = link
        self._turn = turn
        self._message = Message()
        came = 0
        while not self._message.begun:
            if came > MOST_HEAD:
                raise BrokenOff("answered with too many headers")
            came += self._read()
        self.status = self._message.status
        self.headers = self._message.headers

    @property
    def leaves_it_usable(self) -> bool:
        """Whether the whole body is read, and another request can follow on the connection."""
        return self._message.leaves_it_usable

    def body(self) -> bytes:
        """All of it. Raises BrokenOff where it ends before its end."""
        return b"".join(self._pieces())

    def lines(self) -> Iterator[bytes]:
        """The lines of the body, as they come, without those that are empty. Raises BrokenOff."""
        rest = b""
        for piece in self._pieces():
            *whole, rest = (rest + piece).split(b"\n")
            yield from filter(None, map(bytes.strip, whole))
        if rest.strip():
            yield rest.strip()

    def _pieces(self) -> Iterator[bytes]:
        """What comes of the body, to its end."""
        while True:
            yield self._message.taken()
            if self._message.whole:
                return
            self._read()

    def _read(self) -> int:
        data = self._link.recv(PIECE)
        self._turn()
        self._message.feed(data)
        return len(data)


class Message:
    """What an answer is found to be, piece by piece; nothing here waits for anything.

    `begun` and `whole` tell how far it is: its headers are there (their names in small letters), and its body.
    """

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.begun = self.whole = self.leaves_it_usable = False
        self._body: list[bytes] = []
        self._parser = HttpResponseParser(self)
        # Whatever serves visitors is not to fail its probes by how it spells its answers.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_chunked_length=True, lenient_optional_cr_before_lf=True
        )

    def feed(self, data: bytes) -> None:
        """What has come next; nothing, where the connection has ended. Raises BrokenOff."""
        if not data:
            self._over()
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.leaves_it_usable = False
            if not self.whole:
                raise BrokenOff("does not speak HTTP") from error

    def taken(self) -> bytes:
        """What has come of the body since this was called last."""
        taken, self._body = b"".join(self._body), []
        return taken

    def _over(self) -> None:
        if not self.begun or self.headers.keys() & {"content-length", "transfer-encoding"}:
            raise BrokenOff("broke the connection off")
        self._end()

    def _end(self) -> None:
        self.whole = True
        # The two know each other, and would both wait for the garbage collector.
        del self._parser

    # What follows is called by the parser.

    def on_message_begin(self) -> None:
        if self.whole:
            raise BrokenOff("answers what it was not asked")

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self.begun = self.status >= HTTPStatus.OK

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self.begun:
            self.leaves_it_usable = self._parser.should_keep_alive()
            self._end()
        else:
            # It was one ahead of the answer itself.
            self.headers.clear()
