"""What Slack takes in one message, and texts of any length brought within it.

The limits of blocks: https://docs.slack.dev/reference/block-kit/blocks. Not documented, but met in practice: all text
in the blocks of a message together may have about 12,000 characters. The rooms here add up to less than that.

A text is cut before it is escaped, so that no entity is cut in half; escaping makes it at most five times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

from shippy.chat import markup

LONGEST_HEADER = 150
LONGEST_FALLBACK = 600

LONGEST_NAME = 40
LONGEST_REF = 80
LONGEST_TITLE = 140
LONGEST_REASON = 220
LONGEST_URL = 400

ROOM_FOR_WHAT = 1_900
ROOM_FOR_NOTES = 1_000
ROOM_FOR_WAYS = 700
ROOM_FOR_NEWS = 1_900
ROOM_FOR_CHECKS = 1_600
ROOM_FOR_APPROVAL = 800
ROOM_FOR_HOSTS = 1_900
ROOM_FOR_TRAFFIC = 1_600
ROOM_FOR_FOOTER = 900

EMPTY = "…"


def shortened(text: str, most: int) -> str:
    """What can be seen of a text, on one line of at most `most` characters; never empty."""
    # Slicing first keeps the work small; four times as much leaves room for what cannot be seen.
    seen = " ".join(markup.for_terminal(text[: most * 4]).split())
    if len(seen) > most or len(text) > most * 4:
        seen = f"{seen[: most - 1].rstrip()}…"
    return seen or EMPTY


def told(text: str, most: int = LONGEST_REASON) -> str:
    """A text of unknown origin in the middle of a sentence."""
    return markup.escape(shortened(text, most))


def coded(text: str, most: int = LONGEST_REF) -> str:
    """A text of unknown origin that might be copied, such as a branch or a host's name."""
    return markup.code(shortened(text, most))


def linked(url: str | None, label: str, most: int = LONGEST_TITLE) -> str:
    """The label as a link; the label alone where there is no link, or one too long to be shown."""
    if not url or len(url) > LONGEST_URL:
        return told(label, most)
    return markup.link(url, shortened(label, most))


def fitted(lines: Sequence[str], room: int) -> str:
    """As many of the lines as fit into the room, and how many do not."""
    kept: list[str] = []
    left = room - len(_rest(len(lines)))
    for index, line in enumerate(lines):
        if len(line) + 1 > left:
            return "\n".join([*kept, _rest(len(lines) - index)])
        kept.append(line)
        left -= len(line) + 1
    return "\n".join(kept)


def _rest(count: int) -> str:
    return f"… and {count} more"
