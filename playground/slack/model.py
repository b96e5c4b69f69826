"""The things in a workspace: people, channels, groups and messages. Values, with no behaviour of the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class User:
    """Somebody in the workspace; a bot has `bot_id`, and `app_id` where it belongs to an app."""

    id: str
    name: str
    real_name: str
    colour: str
    email: str | None = None
    guest: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    deleted: bool = False

    @property
    def initials(self) -> str:
        words = self.real_name.split() or [self.name]
        return "".join(word[0] for word in words[:2]).upper()


@dataclass(slots=True)
class Channel:
    """A channel (C…) or a direct conversation (D…), whose two people are then its members for good."""

    id: str
    name: str
    members: set[str]
    topic: str = ""
    private: bool = False
    direct: bool = False
    archived: bool = False

    @property
    def kind(self) -> str:
        """What events call `channel_type`."""
        if self.direct:
            return "im"
        return "group" if self.private else "channel"


@dataclass(frozen=True, slots=True)
class Usergroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is now; an edit makes a new value with the same channel and ts.

    `ephemeral_to` is the one person who sees it. `edits` counts every change, also those that show no "(edited)".
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    edited_ts: str | None = None
    edits: int = 0
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ephemeral_to: str | None = None
    broadcast: bool = False
    mrkdwn: bool = True
    metadata: Json | None = None
    extra: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


class Kind(StrEnum):
    """What can happen to a message, or (JOINED) in a channel."""

    POSTED = "posted"
    EDITED = "edited"
    DELETED = "deleted"
    REACTED = "reacted"
    UNREACTED = "unreacted"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something happened at `ts`: to `message` as it is now, which before was `previous`, by `actor`."""

    kind: Kind
    ts: str
    channel: str
    actor: str
    message: Message | None = None
    previous: Message | None = None
    reaction: str = ""
