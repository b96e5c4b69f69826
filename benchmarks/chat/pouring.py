"""Sending frames to a bot, as fast as it takes them, and counting what it sends back."""

from __future__ import annotations

import select
import socket
from collections.abc import Sequence

from benchmarks.chat.events import PING_FRAME

WRITE_BYTES = 2**18
TEXT, PONG = 0x81, 0x8A
LENGTH, MASK_BYTES, HEAD_BYTES = 0x7F, 4, 2
LONG = 126
QUIET_SECONDS = 3.0
"""A bot that has taken and sent nothing for so long has lost what it has not answered."""


class Pouring:
    """A WebSocket to a bot. `acknowledged` and `pongs` are how many frames of these kinds it has sent."""

    def __init__(self, bot: socket.socket) -> None:
        self._bot = bot
        self._received = bytearray()
        self.acknowledged = 0
        self.pongs = 0
        self.alive = True
        bot.setblocking(False)

    def pour(self, frames: Sequence[bytes], acknowledgements: int = 0, pongs: int = 0) -> None:
        """Send these, and wait until so many frames more have come back; a bot that is stuck is waited for once."""
        wanted = self.acknowledged + acknowledgements, self.pongs + pongs
        left = memoryview(b"".join(frames))
        while self.alive and (left or self.acknowledged < wanted[0] or self.pongs < wanted[1]):
            readable, writable, _ = select.select([self._bot], [self._bot] if left else [], [], QUIET_SECONDS)
            self.alive = bool(readable or writable)
            try:
                if writable:
                    left = left[self._bot.send(left[:WRITE_BYTES]) :]
                if readable:
                    self._take(self._bot.recv(WRITE_BYTES))
            except OSError:
                self.alive = False

    def pour_in_turns(self, frames: Sequence[bytes], at_a_time: int, acknowledged: bool) -> None:
        """Send so many, and go on when the bot has read them: by its acknowledgements, or by its answer to a ping."""
        for start in range(0, len(frames), at_a_time):
            some = frames[start : start + at_a_time]
            if acknowledged:
                self.pour(some, acknowledgements=len(some))
            else:
                self.pour([*some, PING_FRAME], pongs=1)

    def drain(self) -> None:
        """Take what has come."""
        while self.alive and select.select([self._bot], [], [], 0)[0]:
            self._take(self._bot.recv(WRITE_BYTES))

    def close(self) -> None:
        self._bot.close()

    def _take(self, data: bytes) -> None:
        self.alive = bool(data)
        self._received += data
        at, buffer = 0, self._received
        while len(buffer) >= at + HEAD_BYTES:
            length = buffer[at + 1] & LENGTH
            if length >= LONG:
                raise ValueError("a bot has sent more than an acknowledgement")
            end = at + HEAD_BYTES + MASK_BYTES + length
            if len(buffer) < end:
                break
            self.acknowledged += buffer[at] == TEXT
            self.pongs += buffer[at] == PONG
            at = end
        del buffer[:at]
