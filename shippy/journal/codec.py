"""Events as JSON and back.

A journal outlives the version that wrote it. A field that an older version did not write takes its default, and one
that only a newer version knows is passed over: fields are only added, so what is left means what it meant. A kind that
this version does not know is an error instead, because a deploy without one of its events is another deploy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from shippy.errors import JournalFailed
from shippy.events import Event


def kind_of(event_type: type) -> str:
    """The name of an event's type in the journal: ShareChanging is "share_changing"."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event_type.__name__).lower()


KINDS: Mapping[type, str] = {known: kind_of(known) for known in get_args(Event)}
ADAPTERS: Mapping[str, TypeAdapter[Any]] = {kind: TypeAdapter(known) for known, kind in KINDS.items()}


def encode(event: Event) -> tuple[str, str]:
    """The kind of an event, and its fields as JSON.

    Raises:
        JournalFailed: a text in it is not Unicode (half a surrogate pair), which JSON could not give back.
    """
    kind = KINDS[type(event)]
    try:
        return kind, ADAPTERS[kind].dump_json(event).decode()
    except PydanticSerializationError as error:
        raise JournalFailed(f"an event of the kind {kind!r} with text that is not Unicode") from error


def decode(kind: str, payload: str) -> Event:
    """The event that was encoded.

    Raises:
        JournalFailed: a kind that this version does not know, or fields that are not those of the kind.
    """
    adapter = ADAPTERS.get(kind)
    if adapter is None:
        raise JournalFailed(f"an event of the kind {kind!r}, which this version of shippy does not know")
    try:
        event: Event = adapter.validate_json(payload)
    except ValidationError as error:
        where = ", ".join(".".join(map(str, problem["loc"])) or "everything" for problem in error.errors())
        raise JournalFailed(f"an event of the kind {kind!r} that cannot be read ({where})") from error
    return event
