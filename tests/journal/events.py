"""An event of every kind, with every field set to something that is not its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from shippy.events import Event, Started, Swapped

AT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
PLAIN: Mapping[type, object] = {str: "Größer, “schöner”\n\t✨", int: 12, float: 30.5, bool: True, datetime: AT}
EVERY_KIND: tuple[type[Event], ...] = get_args(Event)


def example(kind: Any, **given: object) -> Any:
    """A value of a type; for a dataclass, the fields that are not given have examples of their own."""
    if get_origin(kind) is UnionType:
        return example(next(member for member in get_args(kind) if member is not NoneType))
    if get_origin(kind) is tuple:
        return (example(get_args(kind)[0]), example(get_args(kind)[0]))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = {name: hint for name, hint in get_type_hints(kind).items() if get_origin(hint) is not ClassVar}
        return kind(**{name: given[name] if name in given else example(hint) for name, hint in hints.items()})
    if issubclass(kind, Enum):
        return list(kind)[-1]
    return PLAIN[kind]


def of_kind(kind: type[Event], deploy: str = "d1", app: str = "web") -> Event:
    event: Event = example(kind, deploy=deploy, app=app)
    return event


def started(deploy: str, app: str = "web") -> Event:
    return of_kind(Started, deploy, app)


def swapped(deploy: str, app: str = "web") -> Event:
    return of_kind(Swapped, deploy, app)
