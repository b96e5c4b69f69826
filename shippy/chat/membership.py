"""Who is in which channel of a Slack workspace."""

from __future__ import annotations

import time
from collections.abc import Callable

from shippy.chat.slack import SlackApi
from shippy.remembered import Remembered

SECONDS = 60.0
CHANNELS = 100


class Membership:
    """The members of channels, as Slack knew them at most a minute ago."""

    def __init__(self, api: SlackApi, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._members = Remembered(self._ask, SECONDS, CHANNELS, now)

    def of(self, channel: str) -> frozenset[str]:
        """The ids of the users in a channel that the bot can see.

        Raises:
            Unavailable: Slack does not tell, so that nobody can be taken for a member.
        """
        return self._members(channel)

    def _ask(self, channel: str) -> frozenset[str]:
        members: set[str] = set()
        for page in self._api.pages("conversations.members", channel=channel):
            users = page.get("members")
            members.update(str(user) for user in (users if isinstance(users, list) else ()))
        return frozenset(members)
