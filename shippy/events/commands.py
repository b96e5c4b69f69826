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
    """`outcome` is done, refused, failed or bug; `why` is empty when it is done."""

    request: str
    outcome: str
    why: str = ""
