"""One WebSocket connection to Slack, read under gevent.

The clients of slack_sdk are not used for this: they hold up the hub when TCP ends without a close frame, and recurse
once a frame in a burst. `websockets` runs its reader in a thread, which gevent makes a greenlet.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gevent import GreenletExit, Timeout, with_timeout
from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI, WebSocketException
from websockets.protocol import State
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as connect_websocket

from shippy.errors import Unavailable

log = logging.getLogger(__name__)

# How long the library's reader gets to notice that its socket is shut down.
READER_SECONDS = 1.0
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


class WebSocket(ClientConnection):
    """The library's connection, whose socket is closed only once its reader has ended.

    The reader waits with a selector. A file descriptor that is closed while one of gevent's selectors watches it ends
    the whole process: https://github.com/gevent/gevent/issues/2100
    """

    def close_socket(self) -> None:
        if threading.get_ident() != self.recv_events_thread.ident:
            self.end_reading()
        super().close_socket()

    def end_reading(self) -> None:
        """Make the reader end, whatever it waits for; it closes the socket itself then."""
        self.recv_messages.close()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.recv_events_thread.join(READER_SECONDS)


class Connection:
    """An open connection, read by one greenlet."""

    def __init__(self, socket: WebSocket, timing: Timing) -> None:
        self._socket = socket
        self._timing = timing
        self._alive_at = time.time()

    @property
    def there_until(self) -> float:
        """For a connection that ends now: until when the other side was surely there, in seconds since the epoch.

        It is now, unless a sign of life is overdue: it went silent, or this machine was suspended.
        """
        now, overdue = time.time(), self._timing.quiet + self._timing.answer / 2
        return now if now - self._alive_at < overdue else self._alive_at

    def receive(self) -> str | bytes:
        """The next frame, however long it takes, as long as the other side is there.

        Raises:
            ConnectionEnded: closed, cut off, or silent.
        """
        while True:
            try:
                frame = self._socket.recv(timeout=self._timing.quiet)
            except TimeoutError:
                self._within_patience(lambda: self._socket.ping(ack_on_close=True).wait())
                # The wait ends at the end of the connection, too.
                if self._socket.state is State.OPEN:
                    self._alive_at = time.time()
            except ConnectionClosed as error:
                raise _ended(error) from error
            else:
                self._alive_at = time.time()
                return frame

    def send(self, text: str) -> None:
        """Send a frame.

        Raises:
            ConnectionEnded: it is closed, or the other side takes nothing any more.
        """
        self._within_patience(lambda: self._socket.send(text))

    def close(self) -> None:
        """End it; takes little more than the time to close of `Timing`."""
        # Its lock may be held by who waits for its full buffers; its reader can be ended all the same.
        with_timeout(self._timing.close + 1.0, self._socket.close, timeout_value=None)
        self._socket.end_reading()

    def _within_patience(self, act: Callable[[], object]) -> None:
        patience = Timeout(self._timing.answer)
        try:
            with patience:
                act()
        except ConnectionClosed as error:
            raise _ended(error) from error
        except Timeout as timeout:
            if timeout is not patience:
                raise
            raise ConnectionEnded("Slack", f"no answer for {self._timing.answer:g} s", how=How.SILENT) from None


@contextmanager
def connect(url: str, timing: Timing) -> Iterator[Connection]:
    """Connect to a WebSocket server, through the proxy that the environment names; closed when left.

    Raises:
        ConnectionEnded: it could not be connected to; or, inside, as `Connection` says.
    """
    made: list[WebSocket] = []

    def make(*arguments: Any, **options: Any) -> WebSocket:
        made.append(WebSocket(*arguments, **options))
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
                logger=log,
                legacy=True,  # its name for returning the connection, where otherwise one that reconnects is returned
            )
    except (OSError, EOFError, WebSocketException) as error:
        raise _unreachable(error) from error
    except GreenletExit:
        # Who connects was told to stop in the middle of it. The library forgets the reader then.
        for socket_ in made:
            socket_.end_reading()
        raise
    with closing(Connection(made[-1], timing)) as connection:
        yield connection


def _ended(error: ConnectionClosed) -> ConnectionEnded:
    if error.rcvd is None:
        return ConnectionEnded("Slack", f"{How.CUT} ({error.__cause__ or 'no reason given'})", how=How.CUT)
    return ConnectionEnded("Slack", f"{How.CLOSED} with {error.rcvd}", how=How.CLOSED)


def _unreachable(error: Exception) -> ConnectionEnded:
    """The address holds a ticket, so an error that repeats it is not quoted."""
    why = "it gave an address that is none" if isinstance(error, InvalidURI) else str(error) or type(error).__name__
    return ConnectionEnded("Slack", f"{How.UNREACHABLE}: {why}", _retry_after(error), How.UNREACHABLE)


def _retry_after(error: Exception) -> float | None:
    header = error.response.headers.get("Retry-After", "") if isinstance(error, InvalidStatus) else ""
    return float(header) if header.isdecimal() else None
