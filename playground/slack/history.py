"""The messages of a workspace and what can be done to them. Every change is told to the listeners, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.slack.clock import Timestamps
from playground.slack.directory import Directory
from playground.slack.errors import Refused
from playground.slack.model import Channel, Happening, Kind, Message

Listener = Callable[[Happening], None]


class History:
    """What was said, channel by channel.

    Message ids are (channel, ts). A deleted message is gone, unless replies hang on it: then a tombstone stays.
    """

    def __init__(self, directory: Directory, timestamps: Timestamps) -> None:
        self.timestamps = timestamps
        self._directory = directory
        self._messages: dict[str, dict[str, Message]] = {}
        self._threads: dict[tuple[str, str], list[str]] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def post(self, channel: str, user: str, text: str, **fields: Any) -> Message:
        """A new message. `fields` are those of Message. An ephemeral one is told to listeners like any other.

        Raises:
            Refused: thread_not_found.
        """
        ts = self.timestamps.next()
        author = self._directory.user(user)
        message = Message(channel, ts, user, text, **{"bot_id": author.bot_id, "app_id": author.app_id, **fields})
        if message.thread_ts is not None:
            self._enter_thread(message)
        self._messages.setdefault(channel, {})[ts] = message
        self._tell(Happening(Kind.POSTED, ts, channel, user, message))
        return message

    def _enter_thread(self, message: Message) -> None:
        thread_ts = message.thread_ts or ""
        root = self._messages.get(message.channel, {}).get(thread_ts)
        if root is None or root.is_reply:
            raise Refused("thread_not_found")
        if message.ephemeral_to is None:
            self._threads.setdefault((message.channel, thread_ts), []).append(message.ts)

    def edit(self, message: Message, actor: str, **fields: Any) -> Message:
        """The message with other text, blocks or attachments.

        "(edited)" is shown for other text, and never on a message made of blocks.
        """
        ts = self.timestamps.next()
        edited = replace(message, **fields, edits=message.edits + 1)
        if edited.text != message.text and not edited.blocks:
            edited = replace(edited, edited_ts=ts)
        self._change(Kind.EDITED, ts, actor, edited)
        return edited

    def delete(self, message: Message, actor: str) -> None:
        ts = self.timestamps.next()
        key = (message.channel, message.ts)
        if self._threads.get(key):
            tombstone = Message(
                message.channel, message.ts, message.user, "This message was deleted.", subtype="tombstone"
            )
            self._change(Kind.EDITED, ts, actor, tombstone)
            return
        del self._messages[message.channel][message.ts]
        if message.is_reply and message.ephemeral_to is None:
            self._threads[(message.channel, message.thread_ts or "")].remove(message.ts)
        self._tell(Happening(Kind.DELETED, ts, message.channel, actor, previous=message))

    def react(self, message: Message, user: str, name: str) -> None:
        """Raises: Refused: already_reacted."""
        reactions = dict(message.reactions)
        if user in reactions.get(name, ()):
            raise Refused("already_reacted")
        reactions[name] = (*reactions.get(name, ()), user)
        changed = replace(message, reactions=tuple(reactions.items()))
        self._change(Kind.REACTED, self.timestamps.next(), user, changed, name)

    def unreact(self, message: Message, user: str, name: str) -> None:
        """Raises: Refused: no_reaction."""
        reactions = dict(message.reactions)
        if user not in reactions.get(name, ()):
            raise Refused("no_reaction")
        reactions[name] = tuple(one for one in reactions[name] if one != user)
        kept = tuple((one, users) for one, users in reactions.items() if users)
        self._change(Kind.UNREACTED, self.timestamps.next(), user, replace(message, reactions=kept), name)

    def join(self, channel: Channel, user: str) -> None:
        """Nothing is told of somebody who is in already."""
        if user not in channel.members:
            channel.members.add(user)
            self._tell(Happening(Kind.JOINED, self.timestamps.next(), channel.id, user))

    def get(self, channel: str, ts: str) -> Message:
        """Raises: Refused: message_not_found."""
        message = self._messages.get(channel, {}).get(ts)
        if message is None:
            raise Refused("message_not_found")
        return message

    def messages(self, channel: str) -> list[Message]:
        """Everything in the channel, oldest first: replies and ephemeral messages too."""
        return list(self._messages.get(channel, {}).values())

    def replies(self, channel: str, ts: str) -> list[Message]:
        """The replies in the thread of that message, oldest first, without the message."""
        return [self._messages[channel][reply] for reply in self._threads.get((channel, ts), [])]

    def _change(self, kind: Kind, ts: str, actor: str, changed: Message, reaction: str = "") -> None:
        previous = self.get(changed.channel, changed.ts)
        self._messages[changed.channel][changed.ts] = changed
        self._tell(Happening(kind, ts, changed.channel, actor, changed, previous, reaction))

    def _tell(self, happening: Happening) -> None:
        for listener in self._listeners:
            listener(happening)
