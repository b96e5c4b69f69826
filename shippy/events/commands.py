"""What people type, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.model import Person, Place


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """Somebody typed something to the bot; `request` is unique and names it in CommandEnded."""

    request: str
    person: Person
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """`outcome` is done, refused, failed, bug, or missed (typed while nobody listened).

    `why` is empty when it is done.
    """

    request: str
    outcome: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoppedListening:
    """The daemon was told to stop: whoever types from now on is not heard, until there are further entries."""
