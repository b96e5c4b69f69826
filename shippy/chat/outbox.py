"""What the bot says, on its way to Slack: in order, in the background, and again until Slack has it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Flag

from shippy.chat.backoff import Backoff
from shippy.chat.pieces import pieces
from shippy.chat.slack import SlackRefused
from shippy.errors import Unavailable
from shippy.model import Place

log = logging.getLogger(__name__)


class Poster(Protocol):
    """Where messages go: `slack.SlackApi`."""

    def post(self, channel: str, text: str, thread: str | None = None) -> str: ...


@dataclass(eq=False)
class Letter:
    """Something to say. The words are made when their turn comes, in the sender's greenlet; None means nothing."""

    place: Place
    words: Callable[[], str | None]
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

    def say(self, place: Place, words: Callable[[], str | None]) -> AsyncResult[str | None]:
        """Have something posted; returns at once, with where the ts of its first message will be.

        The result is None if there was nothing to say, and an Unavailable if it was given up.
        """
        letter = Letter(place, words)
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
        ts = [self._until_posted(letter.place, piece) for piece in pieces(letter.words() or "")]
        return ts[0] if ts else None

    def _until_posted(self, place: Place, text: str) -> str:
        while True:
            try:
                ts = self._poster.post(place.channel, text, place.thread)
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
                return ts


def _drop(letter: Letter, why: str) -> None:
    log.error("a message for %s was not posted: %s", letter.place, why)
    letter.posted.set_exception(Unavailable("Slack", f"not posted: {why}"))
