"""What happens to everything that Slack delivers, one after the other, in the order in which it came."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import gevent
from gevent import Timeout
from gevent.pool import Group
from gevent.queue import Queue

from shippy.backoff import Backoff
from shippy.chat.door import Door, Room
from shippy.chat.inbound import Inbound, Message, Slash
from shippy.chat.intake import Intake
from shippy.chat.presence import Gap, Presence
from shippy.chat.seen import Seen
from shippy.errors import JournalFailed, Missed, ShuttingDown, Unavailable
from shippy.events import CommandEnded, CommandReceived
from shippy.ports import Journal, Request

log = logging.getLogger(__name__)

RequestOf = Callable[[Inbound, str], Request]
TypedSince = Callable[[float], list[Message]]
"""Reads what was typed from a time on, oldest first; raises Unavailable."""

CAPACITY = 10_000
READ_SECONDS = 5.0
"""So long may what is typed now wait for what was typed before it to be read."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was typed in a gap, read late."""

    gap: Gap
    messages: list[Message]


class Reception:
    """Makes a request of every command of somebody who is let in, once.

    What was typed while nobody listened is not run but answered, unless that was so short that nobody noticed: then it
    runs ahead of what has come since.
    """

    def __init__(
        self,
        room: Room,
        door: Door,
        *,
        intake: Intake,
        journal: Journal,
        request_of: RequestOf,
        typed_since: TypedSince,
        unnoticed: float,
        since: float = inf,
    ) -> None:
        self._room = room
        self._door = door
        self._intake = intake
        self._journal = journal
        self._request_of = request_of
        self._typed_since = typed_since
        self._seen = Seen(journal, since)
        self._presence = Presence(unnoticed)
        self._arrived: Queue[Inbound | Gap | Found] = Queue(CAPACITY)
        self._greenlets = Group()
        self._greenlets.spawn(self._run)

    def is_meant(self, inbound: Inbound) -> bool:
        """Whether it is a command, whoever gave it. Asks nobody."""
        return self._room.command_in(inbound) is not None

    def put(self, arrived: Inbound | Gap) -> None:
        """Hand over what came in, or tell that it can come in again. Waits only where thousands wait already."""
        self._arrived.put(arrived)

    def stop(self) -> None:
        """Take nothing more: what waits is found, and answered, by the next daemon."""
        self._greenlets.kill()

    def _run(self) -> None:
        while True:
            arrived = self._arrived.get()
            try:
                self._handle(arrived)
            except Exception:
                # The greenlet's error boundary: a bug over one message must not end the chat.
                log.exception("a bug, over what came from Slack: %r", arrived)

    def _handle(self, arrived: Inbound | Gap | Found) -> None:
        match arrived:
            case Gap():
                self._catch_up(arrived)
            case Found(gap, messages):
                self._take_all(gap, messages)
            case _:
                self._take(arrived)

    def _catch_up(self, gap: Gap) -> None:
        try:
            with Timeout(READ_SECONDS, Unavailable("Slack", f"its history did not come within {READ_SECONDS:g} s")):
                messages = self._typed_since(self._presence.oldest(gap))
        except Unavailable as error:
            log.warning("what was typed while nobody listened is read later: %s", error.why)
            self._presence.returned(gap)
            self._greenlets.spawn(self._read_late, replace(gap, late=True))
        else:
            self._take_all(gap, messages)

    def _read_late(self, gap: Gap) -> None:
        backoff = Backoff(first=1.0)
        while True:
            gevent.sleep(backoff.pause())
            try:
                return self._arrived.put(Found(gap, self._typed_since(self._presence.oldest(gap))))
            except Unavailable as error:
                log.warning("what was typed while nobody listened still cannot be read: %s", error.why)

    def _take_all(self, gap: Gap, messages: list[Message]) -> None:
        self._presence.returned(gap)
        for message in messages:
            self._take(message)

    def _take(self, inbound: Inbound) -> None:
        text = self._room.command_in(inbound)
        # A slash command has no time of its own.
        done_at = -inf if isinstance(inbound, Slash) else inbound.at
        if text is None or self._seen.holds(inbound.key, done_at) or not self._door.lets_in(inbound):
            return
        self._seen.add(inbound.key, done_at)
        request = self._request_of(inbound, text)
        # Slack itself tells who presses a button, or gives a slash command, that nobody listens: these never come late.
        away = self._presence.missed(inbound.at) if isinstance(inbound, Message) else None
        if away is not None:
            self._answer_missed(request, away)
        elif not self._intake.put(request):
            request.answer(ShuttingDown())

    def _answer_missed(self, request: Request, away: float) -> None:
        """Journalled first, so that it is not answered again after a restart."""
        try:
            self._journal.append(CommandReceived(request.id, request.person, request.place, request.text))
            self._journal.append(CommandEnded(request.id, "missed", f"nobody listened for {away:.0f} s"))
        except JournalFailed:
            log.exception("not journalled: %r by %s was missed", request.text, request.person.id)
        request.answer(Missed(away))
        request.close()
