"""One call of a Web API method: who calls, with which arguments, on which workspace."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from playground.slack import blocks as block_kit
from playground.slack.errors import Refused
from playground.slack.model import Channel, Json
from playground.slack.tokens import Grant
from playground.slack.world import World

_MOST_PER_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose token is good for its method. `host` is what the caller calls this server."""

    world: World
    method: str
    grant: Grant
    arguments: Json
    host: str

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """Raises: Refused: invalid_arguments."""
        value = self.text(name)
        if not value:
            words = f"[ERROR] missing required field: {name}"
            raise Refused("invalid_arguments", response_metadata={"messages": [words]})
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        return self.text(name, str(default)).lower() in {"true", "1"}

    def structure(self, name: str, refusal: str) -> Any:
        """An argument that is JSON: in a JSON body as it is, in a form as text. None if it is not there.

        Raises:
            Refused: `refusal`, where the text is no JSON.
        """
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise Refused(refusal) from error

    def blocks(self) -> tuple[Json, ...] | None:
        """The blocks, checked and with their ids; None if the call gives none."""
        blocks = self.structure("blocks", "invalid_blocks_format")
        return None if blocks is None else block_kit.checked(blocks)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation that the call names. Raises: Refused: channel_not_found."""
        return self.world.seed.directory.conversation(self.text(name), self.grant.user)

    def own_channel(self, name: str = "channel") -> Channel:
        """The same, with the caller in it. Raises: Refused: channel_not_found, not_in_channel, is_archived."""
        channel = self.channel(name)
        if self.grant.user not in channel.members:
            raise Refused("channel_not_found" if channel.private else "not_in_channel")
        if channel.archived:
            raise Refused("is_archived")
        return channel

    def limit(self, default: int) -> int:
        """Raises: Refused: invalid_limit."""
        try:
            limit = int(self.text("limit") or default)
        except ValueError as error:
            raise Refused("invalid_limit") from error
        return max(1, min(limit or default, _MOST_PER_PAGE))

    def cursor(self) -> str:
        """What the cursor says, "" for the first page. Raises: Refused: invalid_cursor."""
        try:
            return base64.b64decode(self.text("cursor"), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused("invalid_cursor") from error


def page(call: Call, key: str, items: list[Any], default_limit: int = 100) -> Json:
    """One page of a list, with the cursor of the next ("" after the last)."""
    start, limit = call.cursor(), call.limit(default_limit)
    if start and not start.removeprefix("offset:").isdecimal():
        raise Refused("invalid_cursor")
    first = int(start.removeprefix("offset:") or 0)
    more = first + limit < len(items)
    return {
        key: items[first : first + limit],
        "response_metadata": {"next_cursor": encode(f"offset:{first + limit}") if more else ""},
    }


def encode(cursor: str) -> str:
    return base64.b64encode(cursor.encode()).decode()
