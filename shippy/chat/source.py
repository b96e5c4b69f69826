"""Commands from Slack: what arrives over RTM or Socket Mode and is meant for the bot."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shippy.chat.directory import SlackDirectory, channel_ids
from shippy.chat.inbound import Heard, Inbound, Message, RecentlySeen, Seen
from shippy.chat.intake import Intake
from shippy.chat.link import Link, Pace
from shippy.chat.markup import addressed, plain
from shippy.chat.outbox import Outbox
from shippy.chat.slack import Identity, SlackApi
from shippy.chat.slack_request import Render, SlackRequest
from shippy.errors import ShuttingDown

log = logging.getLogger(__name__)


class Transport(Protocol):
    """A way in which Slack delivers events: `socket_mode.SocketMode` or `rtm.Rtm`."""

    def address(self) -> str: ...

    def understand(self, frame: str | bytes) -> Heard: ...


@dataclass(frozen=True, slots=True)
class Room:
    """Who the bot is, and the ids of the channels in which it takes commands."""

    bot: Identity
    channels: frozenset[str]

    def takes(self, message: Message) -> bool:
        """Whether a message is typed where commands are taken, and not by the bot itself."""
        return message.user != self.bot.user and (message.direct or message.channel in self.channels)


class SlackSource:
    """Puts a request into the intake for each message, typed by a person in a configured channel, to the bot.

    A refusal of Slack that lasts (a wrong token, a channel that does not exist), at the start, ends the intake with it.
    """

    def __init__(
        self,
        name: str,
        channels: Sequence[str],
        *,
        api: SlackApi,
        transport: Transport,
        directory: SlackDirectory,
        intake: Intake,
        outbox: Outbox,
        render: Render,
        seen: Seen | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._name = name
        self._channels = channels
        self._api = api
        self._transport = transport
        self._directory = directory
        self._intake = intake
        self._outbox = outbox
        self._render = render
        self._seen = seen or RecentlySeen()
        self._room: Room | None = None
        self._link = Link(self._address, transport.understand, self._take, intake.fail, pace)

    @property
    def connected(self) -> bool:
        return self._link.connected

    def start(self) -> None:
        """Begin to connect, in the background: the daemon has work to do without Slack too."""
        self._link.start()

    def stop(self) -> None:
        self._link.stop()

    def _address(self) -> str:
        if self._room is None:
            bot = self._api.identity()
            ids = channel_ids(self._api, self._channels)
            self._room = Room(bot, frozenset(ids.values()))
            log.info("on Slack as %s, in %s", bot.name, ", ".join(f"{name} ({id_})" for name, id_ in ids.items()))
        return self._transport.address()

    def _take(self, message: Inbound) -> None:
        room = self._room
        if room is None or not isinstance(message, Message) or not room.takes(message):
            return
        text = addressed(plain(message.text, room.bot.user), self._name, room.bot.user, message.direct)
        if text is None or not self._seen.first_time(message.key):
            return
        request = SlackRequest(message, text, self._directory.name, self._outbox, self._render)
        if not self._intake.put(request):
            request.answer(ShuttingDown())
