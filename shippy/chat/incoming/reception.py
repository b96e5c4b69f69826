"""What happens to everything that Slack delivers, one after the other, in the order in which it came."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import gevent
from gevent import Timeout
from gevent.pool import Group
from gevent.queue import Queue

from shippy.backoff import Backoff
from shippy.chat.incoming.door import Door, Room
from shippy.chat.incoming.doorstep import Doorstep, Waiting
from shippy.chat.incoming.inbound import Inbound, Message, Pressed, Slash
from shippy.chat.incoming.intake import Intake
from shippy.chat.incoming.presence import Gap, Presence
from shippy.chat.incoming.seen import Seen
from shippy.errors import JournalFailed, Missed, NotRecognised, Refused, ShuttingDown, Unavailable
from shippy.events import CommandEnded, CommandReceived
from shippy.model import Person
from shippy.ports import Journal, Request

log = logging.getLogger(__name__)

RequestOf = Callable[[Inbound, str], Request]
TypedSince = Callable[[float], list[Message]]
"""Reads what was typed from a time on, oldest first; raises Unavailable."""

CAPACITY = 10_000
READ_SECONDS = 5.0
"""So long may what is typed now wait for what was typed before it to be read."""

ASK_SECONDS = 2.0
"""So long may Slack take to tell who somebody is, while all others wait."""

PATIENCE_SECONDS = 15.0
"""Who has waited longer than that for anything to happen may have done something else about it."""

FAREWELL_SECONDS = 1.0
"""So long may Slack be asked at a stop who those are that are told of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was typed in a gap, read late."""

    gap: Gap
    messages: list[Message]


@dataclass(frozen=True, slots=True)
class Told:
    """Slack tells now who a user is of whom something waits."""

    user: str


class Reception:
    """Makes a request of every command of somebody who is let in, once.

    What was typed while nobody listened is not run but answered, unless that was so short that nobody noticed: then it
    runs ahead of what has come since. What waited for too long until Slack told who it is from is answered, too.
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
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._room = room
        self._door = door
        self._intake = intake
        self._journal = journal
        self._request_of = request_of
        self._typed_since = typed_since
        self._seen = Seen(journal, since)
        self._presence = Presence(unnoticed)
        self._patience = patience
        self._arrived: Queue[Inbound | Gap | Found | Told] = Queue(CAPACITY)
        self._at_hand: Inbound | Gap | Found | Told | None = None
        self._doorstep = Doorstep(door, lambda user: self._arrived.put(Told(user)))
        self._greenlets = Group()
        self._greenlets.spawn(self._run)

    def is_meant(self, inbound: Inbound) -> bool:
        """Whether it is a command, whoever gave it. Asks nobody."""
        return self._room.command_in(inbound) is not None

    def put(self, arrived: Inbound | Gap) -> None:
        """Hand over what came in, or tell that it can come in again. Waits only where thousands wait already."""
        self._arrived.put(arrived)

    def stop(self) -> None:
        """Take nothing more, within a second.

        What was typed and waits is found by the next daemon. Of a button and of a slash command only this one knows:
        who gave one is told that it was not run.
        """
        self._greenlets.kill()
        waiting = [*self._doorstep.stop(), self._at_hand]
        while not self._arrived.empty():
            waiting.append(self._arrived.get_nowait())
        ask_until = time.monotonic() + FAREWELL_SECONDS
        for inbound in waiting:
            if isinstance(inbound, Pressed | Slash) and not self._seen.holds(inbound.key, inf):
                self._turn_away(inbound, ask_until - time.monotonic())

    def _turn_away(self, inbound: Pressed | Slash, seconds: float) -> None:
        """Tell that it was not run. Where Slack does not tell in time whose it is, too: they alone see the answer."""
        text = self._room.command_in(inbound)
        if text is None:
            return
        try:
            with Timeout(max(seconds, 0.0), Unavailable("Slack", "the daemon does not wait for it")):
                welcome = self._door.lets_in(inbound)
        except Unavailable:
            welcome = True
        if welcome:
            # A request asks Slack what to call its person, for which there is no time now.
            person = Person(inbound.user, inbound.user)
            self._answer_instead(self._request_of(inbound, text), ShuttingDown(), "refused", "the daemon stops", person)

    def _run(self) -> None:
        while True:
            self._at_hand = self._arrived.get()
            try:
                self._handle(self._at_hand)
            except Exception:
                # The greenlet's error boundary: a bug over one message must not end the chat.
                log.exception("a bug, over what came from Slack: %r", self._at_hand)
            self._at_hand = None

    def _handle(self, arrived: Inbound | Gap | Found | Told) -> None:
        match arrived:
            case Gap():
                self._catch_up(arrived)
            case Found(gap, messages):
                self._take_all(gap, messages)
            case Told(user):
                for waiting in self._doorstep.leave(user):
                    self._take(waiting)
            case _:
                self._take(Waiting(arrived, time.monotonic()))

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
            self._take(Waiting(message, time.monotonic()))

    def _take(self, waiting: Waiting) -> None:
        inbound = waiting.inbound
        text = self._room.command_in(inbound)
        # A slash command has no time of its own.
        done_at = -inf if isinstance(inbound, Slash) else inbound.at
        if text is None or self._seen.holds(inbound.key, done_at) or not self._lets_in(waiting):
            return
        self._seen.add(inbound.key, done_at)
        request = self._request_of(inbound, text)
        # Slack itself tells who presses a button, or gives a slash command, that nobody listens: these never come late.
        away = self._presence.missed(inbound.at) if isinstance(inbound, Message) else None
        waited = waiting.seconds
        if away is not None:
            self._answer_instead(request, Missed(away), "missed", f"nobody listened for {away:.0f} s")
        elif waited > self._patience:
            why = f"Slack did not tell for {waited:.0f} s who it was from"
            self._answer_instead(request, NotRecognised(waited), "missed", why)
        elif not self._intake.put(request):
            self._answer_instead(request, ShuttingDown(), "refused", "the daemon stops")

    def _lets_in(self, waiting: Waiting) -> bool:
        """Whether to go on with it now: it waits, as long as Slack does not tell who it is from."""
        if waiting.inbound.user in self._doorstep:
            self._doorstep.keep(waiting)
            return False
        try:
            with Timeout(ASK_SECONDS, Unavailable("Slack", f"it did not say within {ASK_SECONDS:g} s")):
                return self._door.lets_in(waiting.inbound)
        except Unavailable as error:
            self._doorstep.keep(waiting, error.retry_after)
            return False

    def _answer_instead(
        self, request: Request, error: Refused, outcome: str, why: str, person: Person | None = None
    ) -> None:
        """Journalled first, so that it is neither run nor answered again after a restart."""
        person = person or request.person
        received = CommandReceived(request.id, person, request.place, request.text)
        try:
            self._journal.append_all([received, CommandEnded(request.id, outcome, why)])
        except JournalFailed:
            log.exception("not journalled: %r by %s was answered, and not run", request.text, person.id)
        request.answer(error)
        request.close()
