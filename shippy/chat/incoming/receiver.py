"""One WebSocket connection to Slack, read under gevent.

The clients of slack_sdk are not used for this: they hold up the hub when TCP ends without a close frame, and recurse
once a frame in a burst. `websockets` connects and speaks the protocol; who receives reads the socket itself (`Wire`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import gevent
from gevent import GreenletExit, Timeout
from websockets.exceptions import InvalidStatus, InvalidURI, WebSocketException
from websockets.sync.client import connect as connect_websocket

from shippy.chat.incoming.wire import Wire
from shippy.errors import Unavailable

LARGEST_FRAME_BYTES = 4 * 2**20
# getaddrinfo() has no time-out of its own, so connecting has a second one around the library's.
NAME_RESOLUTION_GRACE = 2.0


class How(StrEnum):
    """The ways in which a connection ends, or does not begin."""

    UNREACHABLE = "could not connect"
    CLOSED = "closed by Slack"
    CUT = "cut off without a close frame"
    SILENT = "gone silent"


@dataclass
class ConnectionEnded(Unavailable):
    how: How = How.CUT


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. A peer that has said nothing for `quiet` is pinged and has `answer` to say something.

    So a dead connection is noticed after `quiet + answer`; both together stay under 15 s by default.
    """

    open: float = 10.0
    quiet: float = 5.0
    answer: float = 5.0
    close: float = 1.0


class Connection:
    """An open connection, read by one greenlet."""

    def __init__(self, wire: Wire, timing: Timing) -> None:
        self._wire = wire
        self._timing = timing
        self._alive_at = time.time()

    @property
    def there_until(self) -> float:
        """For a connection that ends now: until when the other side was surely there, in seconds since the epoch.

        It is now, unless a sign of life is overdue: it went silent, or this machine was suspended.
        """
        now, overdue = time.time(), self._timing.quiet + self._timing.answer / 2
        return now if now - self._alive_at < overdue else self._alive_at

    def receive(self) -> list[str | bytes]:
        """The next messages, at least one, however long it takes, as long as the other side is there.

        Others have their turn first: in a burst there is always something to receive, and no need to wait for it. The
        pings that came with the messages are answered by the next `flush`.

        Raises:
            ConnectionEnded: closed, cut off, or silent.
        """
        gevent.sleep(0)
        messages: list[str | bytes] = []
        while not messages:
            if self._wire.over:
                raise self._ended()
            try:
                messages = self._next()
            except OSError as error:
                raise _cut(error) from error
            self._alive_at = time.time()
            if not messages:
                self.flush()
        return messages

    def write(self, text: str) -> None:
        """Have a text sent with the next `flush`.

        Raises:
            ConnectionEnded: it is closed.
        """
        if not self._wire.open:
            raise self._ended()
        self._wire.write(text)

    def flush(self) -> None:
        """Send all that waits.

        Raises:
            ConnectionEnded: it is cut off, or the other side takes nothing any more.
        """
        if self._wire.unsent:
            try:
                self._wire.flush(self._timing.answer)
            except TimeoutError:
                raise self._silent() from None
            except OSError as error:
                raise _cut(error) from error

    def close(self) -> None:
        """End it; takes little more than the time to close of `Timing`."""
        try:
            with suppress(OSError), Timeout(self._timing.close, TimeoutError("not closed in time")):
                self._wire.close()
        finally:
            self._wire.close_socket()

    def _next(self) -> list[str | bytes]:
        try:
            return self._wire.receive(self._timing.quiet)
        except TimeoutError:
            self._wire.ping()
            self.flush()
        try:
            return self._wire.receive(self._timing.answer)
        except TimeoutError:
            raise self._silent() from None

    def _ended(self) -> ConnectionEnded:
        error = self._wire.end()
        if error.rcvd is None:
            return ConnectionEnded("Slack", f"{How.CUT} ({error.__cause__ or 'no reason given'})", how=How.CUT)
        return ConnectionEnded("Slack", f"{How.CLOSED} with {error.rcvd}", how=How.CLOSED)

    def _silent(self) -> ConnectionEnded:
        return ConnectionEnded("Slack", f"no answer for {self._timing.answer:g} s", how=How.SILENT)


@contextmanager
def connect(url: str, timing: Timing) -> Iterator[Connection]:
    """Connect to a WebSocket server, through the proxy that the environment names; closed when left.

    Raises:
        ConnectionEnded: it could not be connected to; or, inside, as `Connection` says.
    """
    made: list[Wire] = []

    def make(*arguments: Any, **options: Any) -> Wire:
        made.append(Wire(*arguments, **options))
        return made[-1]

    try:
        with Timeout(timing.open + NAME_RESOLUTION_GRACE, TimeoutError("its name was not resolved in time")):
            connect_websocket(  # type: ignore[call-overload] # its documentation takes any factory of connections
                url,
                create_connection=make,
                open_timeout=timing.open,
                ping_interval=None,
                close_timeout=timing.close,
                max_size=LARGEST_FRAME_BYTES,
                compression=None,
                legacy=True,  # its name for returning the connection, where otherwise one that reconnects is returned
            )
    except (OSError, EOFError, WebSocketException) as error:
        raise _unreachable(error) from error
    except GreenletExit:
        # Who connects was told to stop in the middle of it. The library forgets the socket then.
        for wire in made:
            wire.close_socket()
        raise
    with closing(Connection(made[-1], timing)) as connection:
        yield connection


def _cut(error: OSError) -> ConnectionEnded:
    return ConnectionEnded("Slack", f"{How.CUT} ({error})", how=How.CUT)


def _unreachable(error: Exception) -> ConnectionEnded:
    """The address holds a ticket, so an error that repeats it is not quoted."""
    why = "it gave an address that is none" if isinstance(error, InvalidURI) else str(error) or type(error).__name__
    return ConnectionEnded("Slack", f"{How.UNREACHABLE}: {why}", _retry_after(error), How.UNREACHABLE)


def _retry_after(error: Exception) -> float | None:
    header = error.response.headers.get("Retry-After", "") if isinstance(error, InvalidStatus) else ""
    return float(header) if header.isdecimal() else None
