"""HTTP/1.1 as engines speak it: one request at a time on a connection, and what comes back.

http.client would do; but it parses headers with the e-mail package, and makes and closes a file for each answer, which
is most of what a call costs where hundreds of engines are asked at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from shippy.backend.engine.connecting import Link, Reader
from shippy.backend.engine.errors import BrokenOff

LINE_BYTES = 65536
HEADERS = 200
PIECE = 65536
NO_BODY = {204, 304}
INFORMATIONAL = range(100, 200)


class Connection:
    """One connection to an engine, for one call at a time."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._file = link.makefile("rb")

    def ask(self, request: bytes) -> Answer:
        """Send a request, and return its answer as soon as its headers are there.

        Raises:
            BrokenOff: what came was no answer.
            OSError: the connection is lost, or silent for too long.
        """
        self.link.sendall(request)
        return Answer(self._file)

    def close(self) -> None:
        self._file.close()
        self.link.close()


class Answer:
    """The status and headers of an answer (their names in small letters), and its body, which can be read once."""

    def __init__(self, file: Reader) -> None:
        self._file = file
        protocol, self.status = self._status()
        self.headers = self._headers()
        while self.status in INFORMATIONAL:
            protocol, self.status = self._status()
            self.headers = self._headers()
        self._chunked = "chunked" in self.headers.get("transfer-encoding", "").lower()
        self._left = self._length()
        self._goes_on = protocol == "HTTP/1.1" and self.headers.get("connection", "").lower() != "close"
        self.read = self._left == 0

    @property
    def leaves_it_usable(self) -> bool:
        """Whether another request can follow on the connection."""
        return self.read and self._goes_on

    def body(self) -> bytes:
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The body, as it comes. Raises BrokenOff where it ends before its end."""
        if self.read:
            return
        yield from self._chunks() if self._chunked else self._plain()
        self.read = True

    def lines(self) -> Iterator[bytes]:
        """The lines of the body, as they come, without those that are empty."""
        rest = b""
        for piece in self.pieces():
            *whole, rest = (rest + piece).split(b"\n")
            yield from filter(None, map(bytes.strip, whole))
        if rest.strip():
            yield rest.strip()

    def _length(self) -> int | None:
        """How many bytes the body has; None where it is chunked, or goes on to the end of the connection."""
        if self.status in NO_BODY:
            return 0
        length = None if self._chunked else self.headers.get("content-length")
        if length is None:
            return None
        if not length.isdecimal():
            raise BrokenOff(f"answered with a length of {length!r}")
        return int(length)

    def _status(self) -> tuple[str, int]:
        protocol, _, rest = self._line().partition(" ")
        status = rest.partition(" ")[0]
        if not protocol.startswith("HTTP/1.") or not status.isdecimal():
            raise BrokenOff("broke the connection off" if not protocol else "does not speak HTTP")
        return protocol, int(status)

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(HEADERS):
            line = self._line()
            if not line:
                return headers
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        raise BrokenOff("answered with too many headers")

    def _chunks(self) -> Iterator[bytes]:
        while size := self._chunk_size():
            yield from self._exactly(size)
            self._line()
        while self._line():
            pass

    def _chunk_size(self) -> int:
        size = self._line().partition(";")[0].strip()
        try:
            return int(size, 16)
        except ValueError as error:
            raise BrokenOff("broke the connection off") from error

    def _plain(self) -> Iterator[bytes]:
        if self._left is not None:
            yield from self._exactly(self._left)
            return
        self._goes_on = False
        while piece := self._file.read(PIECE):
            yield piece

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self._file.read(min(size, PIECE))
            if not piece:
                raise BrokenOff("broke the connection off")
            size -= len(piece)
            yield piece

    def _line(self) -> str:
        line = self._file.readline(LINE_BYTES)
        if not line.endswith(b"\n"):
            raise BrokenOff("broke the connection off" if len(line) < LINE_BYTES else "answered with too long a line")
        return line.rstrip(b"\r\n").decode("latin-1")
