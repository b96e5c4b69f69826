"""A kept connection to a HAProxy's Runtime API, by which little is asked often.

The interactive mode (`prompt`, management.txt of 2.6, section 9.3) answers each line with what ends in "\\n> ", and
keeps the connection. Such a connection stays with the process that took it: after a reload it is the old worker's. That
one says so ("Stopping: 1") and waits for its connections to end, so that who finds it lets go of it.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from gevent import Timeout, get_hub

from shippy.backend.haproxy.runtime import ANSWER_WITHIN, CHUNK, Runtime
from shippy.errors import Unavailable

T = TypeVar("T")

PROMPT = b"\n> "
LOOK_EVERY = 0.01

Answers = Mapping[str, bytes]
"""What was answered to each command."""


class Question:
    """Commands that go over the kept connection together; each gets an answer."""

    def __init__(self, pulse: Pulse) -> None:
        self.commands: list[str] = []
        self.lost = False
        self._answers: dict[str, bytes] = {}
        self._pulse = pulse
        self._asked_at = time.monotonic()

    @property
    def answered(self) -> bool:
        return bool(self.commands) and len(self._answers) == len(self.commands)

    def add(self, commands: Iterable[str]) -> None:
        self.commands += [command for command in commands if command not in self.commands]

    def hear(self, answer: bytes) -> None:
        self._answers[self.commands[len(self._answers)]] = answer

    def ready(self) -> Answers | None:
        """The answers, if all of them are here."""
        self._pulse.receive(self)
        return self._answers if self.answered else None

    def wait(self) -> Answers | None:
        """The answers; None if the connection was lost.

        Raises:
            Unavailable: the HAProxy is silent.
        """
        while (answers := self.ready()) is None:
            if time.monotonic() - self._asked_at > self._pulse.within:
                if not self.lost:
                    self._pulse.close()
                raise self._pulse.silent()
            if self.lost:
                return None
            time.sleep(LOOK_EVERY)
        return answers


class Pulse:
    """The kept connection to one HAProxy, which all apps share: HAProxy takes ten at a time if not told otherwise.

    What several of them ask in the same turn of the event loop is one question. It is sent when that turn ends, so that
    nobody is given an answer from before they asked.
    """

    def __init__(self, runtime: Runtime, within: float = ANSWER_WITHIN) -> None:
        self.within = within
        self._runtime = runtime
        self._link: socket.socket | None = None
        self._received = b""
        self._next: Question | None = None
        self._sent: deque[Question] = deque()

    def ask(self, commands: Iterable[str]) -> Question | None:
        """Have commands sent, and wait for nothing; None where there is no connection. See `open`."""
        if self._link is None:
            return None
        if self._next is None:
            self._next = Question(self)
            get_hub().loop.run_callback(self._send, self._next)
        self._next.add(commands)
        return self._next

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
        for question in (*self._sent, self._next):
            if question:
                question.lost = True
        self._sent.clear()
        self._next = None

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

    def _send(self, question: Question) -> None:
        if question.lost or self._link is None:
            return
        self._next = None
        self._sent.append(question)
        # Each on a line of its own: how many prompts a line of several gets is up to HAProxy's version.
        asked = "".join(f"{command}\n" for command in question.commands).encode()
        try:
            whole = self._link.send(asked) == len(asked)
        except OSError:
            whole = False
        if not whole:
            self.close()

    def _give(self, answer: bytes) -> None:
        if not self._sent:
            # It says more than it was asked: whose the next answer is cannot be told.
            self.close()
            return
        self._sent[0].hear(answer)
        if self._sent[0].answered:
            self._sent.popleft()

    def _connected(self) -> socket.socket:
        link = self._runtime.connect()
        try:
            link.sendall(b"prompt\n")
            greeting = b""
            while not greeting.endswith(PROMPT):
                chunk = link.recv(CHUNK)
                _require(chunk)
                greeting += chunk
        except BaseException:
            link.close()
            raise
        link.setblocking(False)
        return link


class Asking(Generic[T]):
    """Something that is asked over the kept connection. Implements Asked.

    Args:
        question: None where there is no connection.
        told: makes of the answers what was asked for; None where they do not tell.
        otherwise: finds it out in another way, with the answers if there were any.
    """

    def __init__(
        self, question: Question | None, told: Callable[[Answers], T | None], otherwise: Callable[[Answers | None], T]
    ) -> None:
        self._question = question
        self._told = told
        self._otherwise = otherwise

    def ready(self) -> T | None:
        answers = self._question.ready() if self._question else None
        return self._told(answers) if answers else None

    def wait(self) -> T:
        answers = self._question.wait() if self._question else None
        result = self._told(answers) if answers else None
        return self._otherwise(answers) if result is None else result


def _require(chunk: bytes) -> None:
    if not chunk:
        raise ConnectionResetError("it has no interactive mode")


class Pulses:
    """The kept connections of a daemon, one a HAProxy."""

    def __init__(self) -> None:
        self._pulses: dict[str, Pulse] = {}

    def of(self, runtime: Runtime) -> Pulse:
        return self._pulses.setdefault(runtime.url, Pulse(runtime))
