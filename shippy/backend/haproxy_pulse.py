"""A kept connection to a HAProxy's Runtime API, by which little is asked often.

The interactive mode (`prompt`, management.txt of 2.6, section 9.3) answers each line with what ends in "\\n> ", and
keeps the connection. Such a connection stays with the process that took it: after a reload it is the old worker's. That
one says so ("Stopping: 1") and waits for its connections to end, so that who finds it lets go of it.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Sequence

from gevent import Timeout

from shippy.backend.haproxy_runtime import ANSWER_WITHIN, CHUNK, Runtime
from shippy.errors import Unavailable

PROMPT = b"\n> "
LOOK_EVERY = 0.01


class Question:
    """Commands that were sent over the kept connection; each gets an answer."""

    def __init__(self, pulse: Pulse, count: int) -> None:
        self.answers: list[bytes] = []
        self.lost = False
        self._pulse = pulse
        self._count = count
        self._asked_at = time.monotonic()

    @property
    def answered(self) -> bool:
        return len(self.answers) == self._count

    def ready(self) -> list[bytes] | None:
        """The answers, if all of them are here."""
        self._pulse.receive(self)
        return self.answers if self.answered else None

    def wait(self) -> list[bytes] | None:
        """The answers; None if the connection was lost.

        Raises:
            Unavailable: the HAProxy is silent.
        """
        while (answers := self.ready()) is None and not self.lost:
            if time.monotonic() - self._asked_at > self._pulse.within:
                self._pulse.close()
                raise self._pulse.silent()
            time.sleep(LOOK_EVERY)
        return answers


class Pulse:
    """The kept connection to one HAProxy, which all apps share: HAProxy takes ten at a time if not told otherwise."""

    def __init__(self, runtime: Runtime, within: float = ANSWER_WITHIN) -> None:
        self.within = within
        self._runtime = runtime
        self._link: socket.socket | None = None
        self._received = b""
        self._questions: deque[Question] = deque()

    def ask(self, commands: Sequence[str]) -> Question | None:
        """Send commands, and wait for nothing; None where there is no connection. See `open`."""
        if self._link is None:
            return None
        # Each on a line of its own: how many prompts a line of several gets is up to HAProxy's version.
        asked = "".join(f"{command}\n" for command in commands).encode()
        try:
            whole = self._link.send(asked) == len(asked)
        except OSError:
            whole = False
        if not whole:
            self.close()
            return None
        question = Question(self, len(commands))
        self._questions.append(question)
        return question

    def open(self) -> bool:
        """Make the connection, unless there is one; returns whether there is one now.

        Raises:
            Unavailable: the HAProxy is silent.
        """
        late = Timeout(self.within)
        try:
            with late:
                link = None if self._link else self._connected()
        except Timeout as timeout:
            if timeout is not late:
                raise
            raise self.silent() from late
        except OSError:
            return False
        if link and self._link:
            # Somebody else was faster.
            link.close()
        elif link:
            self._link = link
        return True

    def close(self) -> None:
        """Let go of the connection, and of the questions that are under way."""
        if self._link:
            self._link.close()
        self._link, self._received = None, b""
        for question in self._questions:
            question.lost = True
        self._questions.clear()

    def receive(self, wanted: Question) -> None:
        """Give the answers that are here to the questions that they belong to, until this one has its own."""
        while self._link and not wanted.answered:
            try:
                chunk = self._link.recv(CHUNK)
            except BlockingIOError:
                return
            except OSError:
                chunk = b""
            if not chunk:
                self.close()
                return
            *answers, self._received = (self._received + chunk).split(PROMPT)
            for answer in answers:
                self._give(answer)

    def silent(self) -> Unavailable:
        return Unavailable(self._runtime.name, f"no answer within {self.within:g} s")

    def _give(self, answer: bytes) -> None:
        if not self._questions:
            # It says more than it was asked: whose the next answer is cannot be told.
            self.close()
            return
        self._questions[0].answers.append(answer)
        if self._questions[0].answered:
            self._questions.popleft()

    def _connected(self) -> socket.socket:
        link = self._runtime.connect()
        try:
            link.sendall(b"prompt\n")
            while not (chunk := link.recv(CHUNK)).endswith(PROMPT):
                _require(chunk)
        except BaseException:
            link.close()
            raise
        link.setblocking(False)
        return link


def _require(chunk: bytes) -> None:
    if not chunk:
        raise ConnectionResetError("it has no interactive mode")


class Pulses:
    """The kept connections of a daemon, one a HAProxy."""

    def __init__(self) -> None:
        self._pulses: dict[str, Pulse] = {}

    def of(self, runtime: Runtime) -> Pulse:
        return self._pulses.setdefault(runtime.url, Pulse(runtime))
