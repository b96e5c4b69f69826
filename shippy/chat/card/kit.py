"""The parts of Block Kit that a card is made of: https://docs.slack.dev/reference/block-kit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shippy.chat.card.limits import LONGEST_HEADER, fitted
from shippy.chat.card.scene import Block

# A header is no markup, but Slack may still undo entities and see mentions in it.
UNMARKED = str.maketrans({"&": "+", "<": "‹", ">": "›", "@": "＠"})  # noqa: RUF001 - looking alike is what they are for


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text.translate(UNMARKED)[:LONGEST_HEADER])}


def section(lines: Sequence[str], room: int) -> list[Block]:
    """A section of these lines, which are markup; none where there are no lines."""
    return [{"type": "section", "text": marked(fitted(lines, room))}] if lines else []


def context(lines: Sequence[str], room: int) -> list[Block]:
    """The same, small and grey."""
    return [{"type": "context", "elements": [marked(fitted(lines, room))]}] if lines else []


def actions(block_id: str, elements: Sequence[Block]) -> list[Block]:
    """A row of buttons; none where there are no buttons."""
    return [{"type": "actions", "block_id": block_id, "elements": list(elements)}] if elements else []


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def marked(text: str) -> dict[str, Any]:
    """Markup that Slack takes as it is: it makes no links and mentions of its own out of it."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
