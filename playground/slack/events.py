"""What an app is told when something happens: the events of RTM and of the Events API, which are the same."""

from __future__ import annotations

from collections.abc import Iterator

from playground.slack.directory import Directory
from playground.slack.model import Happening, Json, Kind, Message
from playground.slack.payloads import Payloads


class Events:
    """Makes the events for one bot user: it hears of the conversations that it is in, and of nothing ephemeral."""

    def __init__(self, directory: Directory, payloads: Payloads, bot_user: str) -> None:
        self._directory = directory
        self._payloads = payloads
        self._bot_user = bot_user

    def of(self, happening: Happening) -> list[Json]:
        """The events, without app_mention (which only the Events API knows)."""
        message = happening.message or happening.previous
        if self._bot_user not in self._directory.channel(happening.channel).members:
            return []
        if message is not None and message.ephemeral_to is not None:
            return []
        return list(self._events(happening))

    def mention(self, happening: Happening) -> Json | None:
        """The app_mention event of a message that mentions the bot in a channel, written by somebody else."""
        message = happening.message
        if happening.kind is not Kind.POSTED or message is None or message.user == self._bot_user:
            return None
        channel = self._directory.channel(happening.channel)
        if channel.direct or f"<@{self._bot_user}" not in message.text:
            return None
        return self._posted(happening, message) | {"type": "app_mention"}

    def _events(self, happening: Happening) -> Iterator[Json]:
        message, previous = happening.message, happening.previous
        if happening.kind is Kind.POSTED and message:
            yield self._posted(happening, message)
        elif happening.kind is Kind.EDITED and message and previous:
            yield self._hidden(happening, "message_changed") | {
                "message": self._payloads.message(message),
                "previous_message": self._payloads.message(previous),
            }
        elif happening.kind is Kind.DELETED and previous:
            yield self._hidden(happening, "message_deleted") | {
                "deleted_ts": previous.ts,
                "previous_message": self._payloads.message(previous),
            }
        elif happening.kind in {Kind.REACTED, Kind.UNREACTED} and message:
            yield self._reaction(happening, message)
        elif happening.kind is Kind.JOINED:
            yield {
                "type": "member_joined_channel",
                "user": happening.actor,
                "channel": happening.channel,
                "channel_type": "C",
                "team": self._directory.team.id,
                "event_ts": happening.ts,
            }

    def _posted(self, happening: Happening, message: Message) -> Json:
        kind = self._directory.channel(happening.channel).kind
        return self._payloads.message(message) | {
            "channel": happening.channel,
            "channel_type": kind,
            "event_ts": happening.ts,
        }

    def _hidden(self, happening: Happening, subtype: str) -> Json:
        return {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": happening.channel,
            "channel_type": self._directory.channel(happening.channel).kind,
            "ts": happening.ts,
            "event_ts": happening.ts,
        }

    @staticmethod
    def _reaction(happening: Happening, message: Message) -> Json:
        return {
            "type": "reaction_added" if happening.kind is Kind.REACTED else "reaction_removed",
            "user": happening.actor,
            "reaction": happening.reaction,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
            "event_ts": happening.ts,
        }
