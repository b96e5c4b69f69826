"""HTTP/1.1 as engines speak it: one request at a time on a connection, and what comes back.

Requests are written as bytes and answers read with http.client's HTTPResponse. Its HTTPConnection would hold the
connection itself, and one that was kept has to be looked at before it is used again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import BadStatusLine, HTTPException, HTTPResponse, IncompleteRead, LineTooLong, RemoteDisconnected

from shippy.backend.engine.connecting import Link
from shippy.backend.engine.errors import BrokenOff

PIECE = 65536


class Connection:
    """One connection to an engine, for one call at a time."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._answer: Answer | None = None

    def ask(self, request: bytes) -> Answer:
        """Send a request, and return its answer as soon as its headers are there.

        Raises:
            BrokenOff: what came was no answer.
            OSError: the connection is lost, or silent for too long.
        """
        self.link.sendall(request)
        self._answer = Answer(self.link)
        self._answer.begin()
        return self._answer

    def close(self) -> None:
        # The system closes a socket only with the last file that was made of it.
        if self._answer:
            self._answer.close()
        self.link.close()


class Answer:
    """The status and headers of an answer, once it has begun, and its body, which can be read once."""

    def __init__(self, link: Link) -> None:
        self._response = HTTPResponse(link)  # type: ignore[arg-type]  # of a socket it needs `makefile` alone

    @property
    def status(self) -> int:
        return self._response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """Their names may be asked for in small letters or large ones."""
        return self._response.headers  # type: ignore[return-value]  # a Message is such a mapping, but for its type

    @property
    def leaves_it_usable(self) -> bool:
        """Whether the whole body is read, and another request can follow on the connection."""
        return self._response.isclosed() and not self._response.will_close

    def begin(self) -> None:
        with _told_as_broken_off():
            self._response.begin()

    def body(self) -> bytes:
        """All of it. Raises BrokenOff where it ends before its end."""
        with _told_as_broken_off():
            return self._response.read()

    def lines(self) -> Iterator[bytes]:
        """The lines of the body, as they come, without those that are empty. Raises BrokenOff."""
        # The library has lines, too, but takes a stream that breaks off for one that has come to its end.
        rest = b""
        while piece := self._piece():
            *whole, rest = (rest + piece).split(b"\n")
            yield from filter(None, map(bytes.strip, whole))
        if rest.strip():
            yield rest.strip()

    def close(self) -> None:
        self._response.close()

    def _piece(self) -> bytes:
        """What has come of the body; empty at its end."""
        with _told_as_broken_off():
            piece = self._response.read1(PIECE)
        if not piece and self._response.length:
            raise BrokenOff("broke the connection off")
        return piece


@contextmanager
def _told_as_broken_off() -> Iterator[None]:
    try:
        yield
    except HTTPException as error:
        raise BrokenOff(_words_of(error)) from error


def _words_of(error: HTTPException) -> str:
    match error:
        case RemoteDisconnected() | IncompleteRead():
            return "broke the connection off"
        case LineTooLong():
            return "answered with too long a line"
        case BadStatusLine():
            return "does not speak HTTP"
        case _:
            return "answered with too many headers"
