"""What people push: the values that both sides of it know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Change:
    """One commit: the text that files have after it, by their paths. None: the file goes."""

    message: str
    files: Mapping[str, str | None] = field(default_factory=dict)


class PushRefused(Exception):
    """The server would not take it; the text is what git said."""
