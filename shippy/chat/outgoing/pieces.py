"""Long texts, cut to what Slack takes in a message."""

from __future__ import annotations

FENCE = "```"
# Slack advises at most 4,000 characters a message and cuts off what is beyond 40,000:
# https://docs.slack.dev/reference/methods/chat.postMessage
LONGEST_PIECE = 4_000
MOST_PIECES = 5
REST_LEFT_OUT = "\n… the rest is left out."


def pieces(text: str, longest: int = LONGEST_PIECE, most: int = MOST_PIECES) -> list[str]:
    """The text as messages of at most `longest` characters, cut between lines where there are lines.

    A block of code that is cut is closed and opened again. What does not fit into `most` messages is left out, and the
    last one says so.
    """
    room = longest - len(f"{FENCE}\n" * 2) - len(REST_LEFT_OUT)
    found: list[str] = []
    rest = text
    while rest:
        piece, rest = _first(rest, room) if len(rest) > longest else (rest, "")
        if rest and piece.count(FENCE) % 2:
            piece, rest = f"{piece}\n{FENCE}", f"{FENCE}\n{rest}"
        if rest and len(found) == most - 1:
            piece, rest = piece + REST_LEFT_OUT, ""
        found.append(piece)
    return found


def _first(text: str, room: int) -> tuple[str, str]:
    """At most `room` characters off the front, and what is left; never half of `&amp;` or of `<http://…|…>`."""
    line_end = text.rfind("\n", 1, room + 1)
    if line_end > 0:
        return text[:line_end], text[line_end + 1 :]
    cut = room
    for opening, closing in (("&", ";"), ("<", ">")):
        start = text.rfind(opening, 1, cut)
        if start > 0 and closing not in text[start:cut]:
            cut = start
    return text[:cut], text[cut:]
