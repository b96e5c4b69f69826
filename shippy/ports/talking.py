"""Who types, who is told, and who is who."""

from __future__ import annotations

from typing import Protocol

from shippy.answers import Answer
from shippy.errors import ShippyError
from shippy.events import Entry
from shippy.model import Deploy, HostProgress, Person, Place


class Listener(Protocol):
    """Told of every event of a deploy, after the journal has it. Must return at once and not raise."""

    def heard(self, entry: Entry, deploy: Deploy) -> None: ...

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        """Told of every LockEvent, after the journal has it; `holder` is the deploy that has the lock, if one has."""

    def heard_of_app(self, entry: Entry) -> None:
        """Told of every AppEvent, after the journal has it."""

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        """A host has come further; not journalled, and may come often."""


class Request(Protocol):
    """A text addressed to the bot, with the way back to who typed it."""

    @property
    def id(self) -> str: ...

    @property
    def person(self) -> Person: ...

    @property
    def place(self) -> Place: ...

    @property
    def text(self) -> str:
        """Plain text, with the bot's name and the chat's markup taken off."""

    @property
    def expects(self) -> str | None:
        """The id of the deploy that the request is about, where it was pressed on that deploy's message."""

    def answer(self, answer: Answer | ShippyError) -> None:
        """Say it where the request was typed. Returns at once; never raises."""

    def close(self) -> None:
        """Nothing more will be said."""


class Directory(Protocol):
    """Who is who in the chat. Answers may be some seconds old."""

    def members(self, usergroup: str) -> frozenset[str]:
        """The ids of the people in a user group."""

    def name(self, person: str) -> str:
        """What to call somebody; the id itself where the chat does not tell. Never an identity."""

    def group_name(self, usergroup: str) -> str:
        """What to call a user group."""

    def email(self, person: str) -> str | None:
        """The e-mail address that the chat has of somebody, if it tells."""

    def person_with(self, email: str) -> str | None:
        """The id of whoever has this e-mail address in the chat; None where nobody has, or the chat does not tell."""

    def channel(self, name: str) -> str:
        """The id of a channel by its name ("#deploys"); an id is its own. Raises Unavailable where there is none."""

    def channel_name(self, channel: str) -> str:
        """What to call a channel; the id itself where the chat does not tell."""
