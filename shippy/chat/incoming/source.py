"""Commands from Slack: what arrives over RTM or Socket Mode and is meant for the bot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from shippy.chat.directory import channel_ids
from shippy.chat.incoming.door import Door, Profiles, Room
from shippy.chat.incoming.earlier import typed_since
from shippy.chat.incoming.inbound import Heard, Inbound, Message
from shippy.chat.incoming.intake import Intake
from shippy.chat.incoming.link import Link, Pace
from shippy.chat.incoming.presence import UNNOTICED_SECONDS, Gap
from shippy.chat.incoming.reception import Reception, RequestOf
from shippy.chat.incoming.sieve import Sieve
from shippy.chat.membership import Membership
from shippy.chat.slack import SlackApi
from shippy.errors import JournalFailed
from shippy.events import StoppedListening
from shippy.model import Place
from shippy.ports import Journal

log = logging.getLogger(__name__)


class Transport(Protocol):
    """A way in which Slack delivers events: `socket_mode.SocketMode` or `rtm.Rtm`."""

    def address(self) -> str: ...

    def pass_over(self, frame: str) -> Heard | None:
        """What an event asks for in which nothing is typed to the bot, without parsing it.

        None if it is not surely an event, so that it has to be parsed. There must be no escapes of single characters
        by their number in it.
        """

    def understand(self, frame: str | bytes) -> Heard: ...


def no_threads() -> Iterable[Place]:
    return ()


class SlackSource:
    """Puts a request into the intake for each command on Slack, once, of somebody who is let in.

    A refusal of Slack that lasts (a wrong token, a channel that does not exist), at the start, ends the intake with it.

    Args:
        name: what the bot is called.
        channels: where commands are taken, by name or id.
        profiles: who people are.
        journal: remembers what was taken, and, by its last entry, until when an earlier daemon listened.
        request_of: makes a request of what came in and the text of the command in it.
        unnoticed: a gap of so many seconds in listening bothers nobody: what was typed in it is run, not answered.
        threads: where people follow what runs now: what they have typed there meanwhile is read after a gap, too.
    """

    def __init__(
        self,
        name: str,
        channels: Sequence[str],
        *,
        api: SlackApi,
        transport: Transport,
        profiles: Profiles,
        intake: Intake,
        journal: Journal,
        request_of: RequestOf,
        threads: Callable[[], Iterable[Place]] = no_threads,
        pace: Pace | None = None,
        unnoticed: float = UNNOTICED_SECONDS,
    ) -> None:
        self._name = name
        self._sieve = Sieve(name)
        self._channels = channels
        self._api = api
        self._transport = transport
        self._profiles = profiles
        self._intake = intake
        self._journal = journal
        self._request_of = request_of
        self._threads = threads
        self._unnoticed = unnoticed
        self._listened_until = _last_entry_at(journal)
        self._reception: Reception | None = None
        self._link = Link(
            self._address,
            self._understand,
            self._arrived,
            lost=intake.fail,
            returned=self._returned,
            pace=pace,
        )

    @property
    def connected(self) -> bool:
        return self._link.connected

    def start(self) -> None:
        """Begin to connect, in the background: the daemon has work to do without Slack too."""
        self._link.start()

    def stop(self) -> None:
        listened = self.connected
        self._link.stop()
        if self._reception:
            self._reception.stop()
        if listened:
            self._note_the_end()

    def _note_the_end(self) -> None:
        try:
            self._journal.append(StoppedListening())
        except JournalFailed as error:
            log.warning("that nobody listens any more is not journalled: %s", error.why)

    def _understand(self, frame: str | bytes) -> Heard:
        """What a frame means, without what is surely not meant for the bot: nothing has to wait for that."""
        passed_over = None
        if isinstance(frame, str) and self._sieve.passes_over(frame):
            passed_over = self._transport.pass_over(frame)
        heard = passed_over or self._transport.understand(frame)
        meant = heard.message is None or self._reception is None or self._reception.is_meant(heard.message)
        return heard if meant else replace(heard, message=None)

    def _address(self) -> str:
        if self._reception is None:
            self._reception = self._enter()
        return self._transport.address()

    def _enter(self) -> Reception:
        bot = self._api.identity()
        ids = channel_ids(self._api, self._channels)
        log.info("on Slack as %s, in %s", bot.name, ", ".join(f"{name} ({id_})" for name, id_ in ids.items()))
        room = Room(self._name, bot, tuple(ids.values()))

        def typed(oldest: float) -> list[Message]:
            return typed_since(self._api, oldest, [*map(Place, room.channels), *self._threads()])

        return Reception(
            room,
            Door(room, self._profiles, Membership(self._api)),
            intake=self._intake,
            journal=self._journal,
            request_of=self._request_of,
            typed_since=typed,
            unnoticed=self._unnoticed,
            since=self._api.time.now(),
        )

    def _arrived(self, arrived: Inbound | Gap) -> None:
        if self._reception:
            self._reception.put(arrived)

    def _returned(self, since: float | None, connecting_at: float) -> None:
        until = self._api.time.of(connecting_at)
        before = since or self._listened_until
        guessed = since is None and before is not None
        gap = Gap(min(self._api.time.of(before), until) if before else until, until, guessed=guessed)
        log.info("nobody listened to Slack for %.1f s", gap.seconds)
        self._arrived(gap)


def _last_entry_at(journal: Journal) -> float | None:
    try:
        last = journal.last()
    except JournalFailed as error:
        log.warning("until when an earlier daemon listened is not known: %s", error.why)
        return None
    return last.at.timestamp() if last else None
