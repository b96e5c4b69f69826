"""Who types, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who types commands. The id is the identity; the name is only for showing."""

    id: str
    name: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was typed or is to be said: a channel and the thread in it. Empty channel: the local socket."""

    channel: str = ""
    thread: str | None = None
    direct: bool = False
