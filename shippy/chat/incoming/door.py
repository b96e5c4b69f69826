"""Who is let in: which of all that people do on Slack is a command, and whether they may talk to the bot at all.

What somebody may do is another question, which the commands answer. Whoever is not let in hears nothing.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import gevent

from shippy.chat.directory import Profile
from shippy.chat.incoming.inbound import Inbound, Message, Pressed
from shippy.chat.markup import addressed, plain
from shippy.chat.slack import Identity, SlackRefused
from shippy.errors import Unavailable

log = logging.getLogger(__name__)

KNOWN_SECONDS = 3600.0
KNOWN = 1_000


class Profiles(Protocol):
    """Who people are: `directory.SlackDirectory`."""

    def profile(self, user: str) -> Profile: ...


class Members(Protocol):
    """Who is in a channel: `membership.Membership`."""

    def of(self, channel: str) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Room:
    """Who the bot is, what it is called, and the ids of the channels in which it takes commands."""

    name: str
    bot: Identity
    channels: tuple[str, ...]

    def command_in(self, inbound: Inbound) -> str | None:
        """The text of the command, without the bot's name; None if it is none, or nowhere where commands are taken."""
        if inbound.user == self.bot.user or not (is_direct(inbound) or inbound.channel in self.channels):
            return None
        if isinstance(inbound, Pressed):
            return inbound.command
        # A slash command is meant for the bot, whether or not its name is typed once more.
        needs_no_name = not isinstance(inbound, Message) or inbound.direct
        return addressed(plain(inbound.text, self.bot.user), self.name, self.bot.user, needs_no_name)


class Door:
    """Lets in the full members of the workspace; where nobody else reads along, only those of a configured channel.

    While Slack does not tell, who was let in within the last hour still is, and nobody else can be told about. In the
    background Slack is asked about them once more, however long it takes: whoever asks here may be in a hurry.
    """

    def __init__(
        self, room: Room, profiles: Profiles, members: Members, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._room = room
        self._profiles = profiles
        self._members = members
        self._now = now
        self._let_in: OrderedDict[tuple[str, bool], float] = OrderedDict()
        self._asking: set[tuple[str, bool]] = set()

    def lets_in(self, inbound: Inbound) -> bool:
        """Whether to listen to whoever did this. May ask Slack.

        Raises:
            Unavailable: Slack does not tell now, and has not let them in before.
        """
        who = inbound.user, is_direct(inbound)
        try:
            welcome = self._ask(*who)
        except Unavailable as error:
            known = self._now() < self._let_in.get(who, 0.0)
            log.warning("who %s is cannot be told, %s: %s", inbound.user, "let in" if known else "waits", error.why)
            if not known:
                raise
            if who not in self._asking:
                self._asking.add(who)
                gevent.spawn(self._ask_again, *who)
            return True
        if not welcome:
            log.info("%s in %s is not let in", inbound.user, inbound.channel)
        return welcome

    def _ask(self, user: str, direct: bool) -> bool:
        """What Slack tells, which is remembered. Raises Unavailable."""
        try:
            welcome = self._is_welcome(user, direct)
        except SlackRefused as refusal:
            log.warning("who %s is cannot be told, kept out: %s", user, refusal.why)
            welcome = False
        if welcome:
            self._remember((user, direct))
        else:
            self._let_in.pop((user, direct), None)
        return welcome

    def _ask_again(self, user: str, direct: bool) -> None:
        try:
            self._ask(user, direct)
        except Unavailable as error:
            log.info("it still cannot be told who %s is: %s", user, error.why)
        finally:
            self._asking.discard((user, direct))

    def _is_welcome(self, user: str, direct: bool) -> bool:
        profile = self._profiles.profile(user)
        if profile.guest or profile.bot:
            return False
        return not direct or any(user in self._members.of(channel) for channel in self._room.channels)

    def _remember(self, who: tuple[str, bool]) -> None:
        self._let_in[who] = self._now() + KNOWN_SECONDS
        self._let_in.move_to_end(who)
        if len(self._let_in) > KNOWN:
            self._let_in.popitem(last=False)


def is_direct(inbound: Inbound) -> bool:
    """Whether it was done in a conversation of two people."""
    return inbound.channel.startswith("D") if isinstance(inbound, Pressed) else inbound.direct
