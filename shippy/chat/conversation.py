"""One client of the local socket: its command, and what it is told until that command is done."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Callable
from functools import partial

import gevent
from gevent.queue import Empty, Full, Queue

from shippy.answers import Answer, Told
from shippy.chat.incoming.inbound import parsed
from shippy.chat.markup import for_terminal
from shippy.errors import ShippyError
from shippy.events import Entry
from shippy.model import Deploy, Person, Place

Render = Callable[[Answer | ShippyError], str]
Narrate = Callable[[Entry, Deploy], str | None]
Words = Callable[[], str | None]

LONGEST_COMMAND_BYTES = 64 * 1024
COMMAND_SECONDS = 10.0
SEND_SECONDS = 5.0
ALIVE_SECONDS = 10.0
MOST_WAITING = 1_000


class Conversation:
    """Implements ports.Request for a text that came over the local socket.

    Nothing that is said waits for the client: it is sent by `serve`, and a client that is gone or does not read is
    left alone while its command goes on.
    """

    def __init__(self, text: str, person: Person, render: Render, narrate: Narrate) -> None:
        self.id = f"local/{uuid.uuid4()}"
        self.text = text
        self.person = person
        self.place = Place()
        self.expects = None
        self._render = render
        self._narrate = narrate
        self._waiting: Queue[Words | None] = Queue(MOST_WAITING)
        self._told: set[int] = set()
        self._gone = False
        self._ok = True

    def answer(self, answer: Answer | ShippyError) -> None:
        self._ok = not _unsuccessful(answer)
        self._put(partial(self._answered, answer))

    def close(self) -> None:
        self._put(None)

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        """Something happened to a deploy while the command runs."""
        self._put(partial(self._narrated, entry, deploy))

    def serve(self, client: socket.socket) -> None:
        """Send what is said, and a sign of life where there is nothing to say, until the command is done.

        Raises:
            OSError: the client is gone, or does not read.
        """
        client.settimeout(SEND_SECONDS)
        try:
            while (words := self._next()) is not None:
                text = words()
                _send(client, {"say": for_terminal(text)} if text else {"alive": True})
            _send(client, {"end": True, "ok": self._ok})
        finally:
            self._gone = True

    def _answered(self, answer: Answer | ShippyError) -> str | None:
        """Nothing, if it is what the client has just heard of the deploy."""
        if isinstance(answer, Told) and answer.entry.number in self._told:
            return None
        return self._render(answer)

    def _narrated(self, entry: Entry, deploy: Deploy) -> str | None:
        text = self._narrate(entry, deploy)
        if text:
            self._told.add(entry.number)
        return text

    def _next(self) -> Words | None:
        if self._gone:
            raise ConnectionError("it does not read what it is sent")
        try:
            return self._waiting.get(timeout=ALIVE_SECONDS)
        except Empty:
            return lambda: None

    def _put(self, words: Words | None) -> None:
        if self._gone:
            return
        try:
            self._waiting.put_nowait(words)
        except Full:
            self._gone = True


def _unsuccessful(answer: Answer | ShippyError) -> bool:
    """Whether whoever scripts this should stop: an error, or a deploy that did not become what was asked for."""
    return not answer.reached if isinstance(answer, Told) else isinstance(answer, ShippyError)


def read_command(client: socket.socket) -> str:
    """The text of the command that a client sends as one line, `{"text": "…"}`.

    Raises:
        ValueError: it is not such a line, or too long.
        TimeoutError: it did not come in time.
    """
    received = b""
    with gevent.Timeout(COMMAND_SECONDS, TimeoutError("no command came")):
        while b"\n" not in received:
            if len(received) > LONGEST_COMMAND_BYTES:
                raise ValueError(f"a command is at most {LONGEST_COMMAND_BYTES} bytes")
            part = client.recv(4096)
            if not part:
                raise ValueError("the line has no end")
            received += part
    match parsed(received.partition(b"\n")[0]):
        case {"text": str(text)}:
            return " ".join(text.split())
    raise ValueError('a command is a line {"text": "…"}')


def _send(client: socket.socket, content: dict[str, object]) -> None:
    client.sendall(json.dumps(content).encode() + b"\n")
