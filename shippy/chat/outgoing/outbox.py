"""What the bot says, on its way to Slack: in order, in the background, and again until Slack has it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Flag

from shippy.backoff import Backoff
from shippy.chat.outgoing.pieces import pieces
from shippy.chat.slack import SlackRefused
from shippy.errors import Unavailable
from shippy.model import Place

log = logging.getLogger(__name__)


class Poster(Protocol):
    """Where messages go: `slack.SlackApi`."""

    def post(self, channel: str, text: str, thread: str | None = None) -> str: ...

    def whisper(self, channel: str, user: str, text: str, thread: str | None = None) -> None: ...

    def react(self, channel: str, ts: str, name: str) -> None: ...


Words = Callable[[], str | None]
"""Makes what to say, when its turn has come, in the sender's greenlet; None means nothing."""

Call = Callable[[], str | None]
"""One call to Slack; the ts of what it posted, if it posts something."""


@dataclass(eq=False)
class Letter:
    """Something to say: `what` is for the log, in case it is lost; `calls` are made when its turn has come."""

    what: Callable[[], str]
    calls: Callable[[], list[Call]]
    posted: AsyncResult[str | None] = field(default_factory=AsyncResult)


class Outbox:
    """Posts one message after the other, so that a slow Slack slows down nobody but its readers.

    While Slack does not answer, what is said waits, and Slack is asked again with growing pauses or after its
    Retry-After. At most `capacity` letters wait: the oldest goes then, with a line in the log, because what is newest
    tells most. A message whose acknowledgement was lost is posted again: twice is better than not at all.
    """

    def __init__(self, poster: Poster, capacity: int = 1_000, backoff: Backoff | None = None) -> None:
        self._poster = poster
        self._capacity = capacity
        self._backoff = backoff or Backoff()
        self._waiting: deque[Letter] = deque()
        self._in_hand: Letter | None = None
        self._arrived = Flag()
        self._idle = Flag()
        self._idle.set()
        self._stopped = False
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        self._greenlet = gevent.spawn(self._run)

    def stop(self, seconds: float) -> None:
        """Give what waits so many seconds to be posted, then end; what is left is named in the log."""
        self._idle.wait(seconds)
        if self._greenlet is not None:
            self._greenlet.kill()
        self._stopped = True
        for letter in [*filter(None, [self._in_hand]), *self._waiting]:
            _drop(letter, "the daemon was stopped before Slack had it")
        self._waiting.clear()

    def say(self, place: Place, words: Words) -> AsyncResult[str | None]:
        """Have something posted; returns at once, with where the ts of its first message will be.

        The result is None if there was nothing to say, and an Unavailable if it was given up.
        """

        def calls() -> list[Call]:
            return [partial(self._poster.post, place.channel, piece, place.thread) for piece in pieces(words() or "")]

        return self._send(Letter(lambda: f"a message for {place}", calls))

    def whisper(self, place: Place, user: str, words: Words) -> None:
        """Have something said there that only this user sees; returns at once."""

        def calls() -> list[Call]:
            return [
                partial(self._poster.whisper, place.channel, user, piece, place.thread)
                for piece in pieces(words() or "")
            ]

        self._send(Letter(lambda: f"a message for {user} in {place}", calls))

    def react(self, channel: str, ts: str, name: str) -> None:
        """Have an emoji put under a message; returns at once."""
        calls: list[Call] = [partial(self._poster.react, channel, ts, name)]
        self._send(Letter(lambda: f"a reaction in {channel}", lambda: calls))

    def _send(self, letter: Letter) -> AsyncResult[str | None]:
        if self._stopped:
            _drop(letter, "the daemon has stopped")
            return letter.posted
        self._waiting.append(letter)
        if len(self._waiting) > self._capacity:
            _drop(self._waiting.popleft(), "too much waits for Slack")
        self._idle.clear()
        self._arrived.set()
        return letter.posted

    def _run(self) -> None:
        while True:
            while self._waiting:
                self._in_hand = self._waiting.popleft()
                self._deliver(self._in_hand)
                self._in_hand = None
            self._idle.set()
            self._arrived.clear()
            self._arrived.wait()

    def _deliver(self, letter: Letter) -> None:
        try:
            letter.posted.set(self._post(letter))
        except SlackRefused as refusal:
            _drop(letter, refusal.why)
        except Exception:
            # The greenlet's error boundary: one letter that cannot be put into words must not hold back the others.
            log.exception("the words of a message could not be made")
            _drop(letter, "of a bug")

    def _post(self, letter: Letter) -> str | None:
        results = [self._until_done(call) for call in letter.calls()]
        return results[0] if results else None

    def _until_done(self, call: Call) -> str | None:
        while True:
            try:
                result = call()
            except SlackRefused:
                raise
            except Unavailable as error:
                pause = self._backoff.pause(error.retry_after)
                log.warning(
                    "%d messages wait for Slack; asked again in %.1f s: %s", len(self._waiting), pause, error.why
                )
                gevent.sleep(pause)
            else:
                self._backoff.reset()
                return result


def _drop(letter: Letter, why: str) -> None:
    log.error("%s was not posted: %s", letter.what(), why)
    letter.posted.set_exception(Unavailable("Slack", f"not posted: {why}"))
