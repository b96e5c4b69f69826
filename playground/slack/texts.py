"""The smallest parts of Block Kit, checked: text objects, strings and lists with their limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.slack.model import Json

Problem = tuple[str, str]
"""Where (a JSON pointer), and what is wrong there in Slack's words."""


def at_most(items: list[Any], most: int, pointer: str) -> Iterator[Problem]:
    if len(items) > most:
        yield pointer, f"no more than {most} items allowed"


def required_string(holder: Json, key: str, most: int, pointer: str) -> Iterator[Problem]:
    value = holder.get(key)
    if not isinstance(value, str):
        yield pointer, f"missing required field: {key}"
    elif not value:
        yield f"{pointer}/{key}", "must be more than 0 characters"
    elif len(value) > most:
        yield f"{pointer}/{key}", f"must be less than {most + 1} characters"


def object_text(value: Any, most: int, pointer: str, plain: bool = False) -> Iterator[Problem]:
    """A text object: {"type": "mrkdwn" or "plain_text", "text": 1 to `most` characters}."""
    if not isinstance(value, dict):
        yield pointer, "must provide an object"
        return
    allowed = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if value.get("type") not in allowed:
        yield f"{pointer}/type", f"must be one of: {', '.join(sorted(allowed))}"
    problems = list(required_string(value, "text", most, pointer))
    if problems:
        yield pointer, "failed to match all allowed schemas"
    yield from problems
