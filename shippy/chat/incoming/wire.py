"""A socket that speaks WebSocket: the library's protocol, which does no input and output of its own, and our reading.

The library's own connection has a thread that waits for the socket with a selector. Under gevent that costs two
switches a frame, and a file descriptor that is closed while one of gevent's selectors watches it ends the whole
process: https://github.com/gevent/gevent/issues/2100. Here, whoever receives waits for the socket.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from typing import Any, Self

from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.frames import CTRL_OPCODES, CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.typing import BytesLike

# What is read at once, and so what is understood before other greenlets have their turn: some 80 events.
CHUNK_BYTES = 65_536


class Wire:
    """A socket and the protocol on it, used by one greenlet at a time.

    It is made by the library's `connect`, as a `create_connection` that takes what the library's own would, and
    offers it what it asks of one: `handshake`, `close_socket`, `start_keepalive` and a thread that can be joined.
    """

    def __init__(self, sock: socket.socket, protocol: ClientProtocol, **_: object) -> None:
        self._socket = sock
        self._protocol = protocol
        self._ahead: list[str | bytes] = []
        self._begun = Opcode.TEXT
        self._parts = bytearray()

    @property
    def open(self) -> bool:
        """Whether it can be written to."""
        return self._protocol.state is State.OPEN

    @property
    def over(self) -> bool:
        """Whether nothing more will be received."""
        return not self.open and not self._ahead

    @property
    def unsent(self) -> bool:
        """Whether something waits for the next `flush`."""
        return bool(self._protocol.writes)

    def handshake(self, headers: Any, user_agent: str | None, timeout: float | None) -> None:
        """The opening handshake, within so many seconds; what came right behind it is kept.

        Raises:
            TimeoutError, OSError, EOFError, InvalidHandshake: it is not opened.
        """
        deadline = time.monotonic() + (timeout or 0.0)
        request = self._protocol.connect()
        request.headers.update(headers or {})
        if user_agent is not None:
            request.headers["User-Agent"] = user_agent
        self._protocol.send_request(request)
        self.flush()
        while self._protocol.state is State.CONNECTING and self._protocol.handshake_exc is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out while waiting for handshake response")
            self._socket.settimeout(left)
            self._read()
        if self._protocol.handshake_exc is not None:
            raise self._protocol.handshake_exc
        self._ahead = self._messages(self._frames())

    def receive(self, seconds: float) -> list[str | bytes]:
        """The messages in what comes next; there may be none in it, but it is a sign of life.

        Text is decoded. With the next `flush` pings are answered, and so are a close frame and what is against the
        protocol; the wire is not `open` any more then.

        Raises:
            TimeoutError: nothing came.
            OSError: it is broken.
        """
        if self._ahead:
            ahead, self._ahead = self._ahead, []
            return ahead
        self._socket.settimeout(seconds)
        self._read()
        return self._messages(self._frames())

    def write(self, text: str) -> None:
        """Have a text sent with the next `flush`; the wire must be open."""
        self._protocol.send_text(text.encode())

    def ping(self) -> None:
        """Have a ping sent with the next `flush`; the wire must be open."""
        self._protocol.send_ping(b"")

    def flush(self, seconds: float | None = None) -> None:
        """Send all that waits.

        Raises:
            TimeoutError: not all of it was taken within so many seconds, where there is a limit; what is sent is half a
                frame, and nothing more can be said.
            OSError: it is broken.
        """
        written = b"".join(self._protocol.data_to_send())
        if written:
            self._socket.settimeout(seconds)
            self._socket.sendall(written)

    def end(self) -> ConnectionClosed:
        """How it came to be no longer open, in the library's words."""
        self._protocol.receive_eof()
        return self._protocol.close_exc

    def close(self) -> None:
        """The closing handshake: say that this is the end, and wait until the other side has ended it. May take long.

        Raises:
            OSError: it is broken.
        """
        if self.open:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
        self.flush()
        while self._socket.recv(CHUNK_BYTES):
            pass

    def close_socket(self) -> None:
        self._socket.close()

    def start_keepalive(self) -> None:
        """The library pings nobody here: `receive` has a time-out, and it is for its caller to say what follows."""

    @property
    def recv_events_thread(self) -> Self:
        """What the library joins after it has closed the socket."""
        return self

    def join(self) -> None:
        """There is no thread."""

    def _read(self) -> None:
        data = self._socket.recv(CHUNK_BYTES)
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()

    def _frames(self) -> list[Frame]:
        """What was read, without the answer to the opening handshake."""
        return [event for event in self._protocol.events_received() if isinstance(event, Frame)]

    def _messages(self, frames: Iterable[Frame]) -> list[str | bytes]:
        messages: list[str | bytes] = []
        try:
            for frame in frames:
                message = self._message(frame)
                if message is not None:
                    messages.append(message)
        except UnicodeDecodeError as error:
            self._protocol.fail(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}")
            self._protocol.parser_exc = error
        return messages

    def _message(self, frame: Frame) -> str | bytes | None:
        """The message that is whole with this frame, if one is. The protocol has seen to the frames' order and size."""
        if frame.opcode in CTRL_OPCODES:
            return None
        if frame.opcode is not Opcode.CONT and frame.fin:
            return _content(frame.opcode, frame.data)
        if frame.opcode is not Opcode.CONT:
            self._begun = frame.opcode
        self._parts += frame.data
        if not frame.fin:
            return None
        whole, self._parts = self._parts, bytearray()
        return _content(self._begun, whole)


def _content(opcode: Opcode, data: BytesLike) -> str | bytes:
    return str(data, "utf-8") if opcode is Opcode.TEXT else bytes(data)
