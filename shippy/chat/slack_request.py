"""A command that was typed on Slack."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from shippy.answers import Answer
from shippy.chat.inbound import Message
from shippy.chat.outbox import Outbox
from shippy.errors import ShippyError
from shippy.model import Person, Place

Render = Callable[[Answer | ShippyError], str]


class SlackRequest:
    """Implements ports.Request. Answered in the thread of its message, or where it was typed in a direct message."""

    def __init__(
        self, message: Message, text: str, name_of: Callable[[str], str], outbox: Outbox, render: Render
    ) -> None:
        self.id = message.key
        self.text = text
        self.expects = None
        thread = message.thread if message.direct else message.thread or message.ts
        self.place = Place(message.channel, thread, message.direct)
        self._user = message.user
        self._name_of = name_of
        self._outbox = outbox
        self._render = render

    @cached_property
    def person(self) -> Person:
        """Who typed it. The name may have to be asked of Slack: not something to do where messages are received."""
        return Person(self._user, self._name_of(self._user))

    def answer(self, answer: Answer | ShippyError) -> None:
        self._outbox.say(self.place, partial(self._render, answer))

    def close(self) -> None:
        """Nothing to tidy up: a message on Slack stays open for replies."""
