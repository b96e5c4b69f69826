"""What a person types, turned into the form in which Slack stores and sends it.

https://docs.slack.dev/messaging/formatting-message-text describes that form: &, < and > escaped, and mentions,
channels and links between angle brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playground.slack.directory import Directory

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_ENTITY = re.compile(
    r"(?P<url>https?://[^\s<>|]+)"
    r"|(?<![\w@/])@(?P<name>[\w.-]*\w)"
    r"|(?<![\w#&/])#(?P<channel>[\w-]+)"
    r"|(?<![\w@./-])(?P<domain>(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev)(?:/[^\s<>|]*)?)(?![\w.-])"
)
_BROADCASTS = frozenset({"here", "channel", "everyone"})
_AFTER_A_LINK = ".,;:!?)'\""


def escape(text: str) -> str:
    """The three characters that Slack keeps for itself, as it writes them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def smarten(text: str) -> str:
    """Straight quotes as some keyboards and Slack's own clients make them: curly."""
    text = re.sub(r'(^|[\s(\[])"', "\\1\N{LEFT DOUBLE QUOTATION MARK}", text)
    text = re.sub(r"(^|[\s(\[])'", "\\1\N{LEFT SINGLE QUOTATION MARK}", text)
    text = text.replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}")
    return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def to_wire(typed: str, directory: Directory, smart_quotes: bool = False) -> str:
    """The wire form of what was typed: entities made of names and links, nothing of it inside code."""
    pieces = _CODE.split(typed)
    for index, piece in enumerate(pieces):
        if index % 2:
            pieces[index] = escape(piece)
        else:
            pieces[index] = _prose(smarten(piece) if smart_quotes else piece, directory)
    return "".join(pieces)


def _prose(text: str, directory: Directory) -> str:
    written: list[str] = []
    end = 0
    for match in _ENTITY.finditer(text):
        written.append(escape(text[end : match.start()]))
        written.append(_entity(match, directory))
        end = match.end()
    written.append(escape(text[end:]))
    return "".join(written)


def _entity(match: re.Match[str], directory: Directory) -> str:
    makers: dict[str, Callable[[str, Directory], str | None]] = {
        "url": _link,
        "name": _mention,
        "channel": _channel,
        "domain": _domain,
    }
    kind = match.lastgroup or ""
    return makers[kind](match[kind], directory) or escape(match[0])


def _link(url: str, _: Directory) -> str:
    kept = url.rstrip(_AFTER_A_LINK)
    return f"<{escape(kept)}>{escape(url[len(kept) :])}"


def _domain(domain: str, _: Directory) -> str:
    kept = domain.rstrip(_AFTER_A_LINK)
    return f"<http://{escape(kept)}|{escape(kept)}>{escape(domain[len(kept) :])}"


def _mention(name: str, directory: Directory) -> str | None:
    if name in _BROADCASTS:
        return f"<!{name}>"
    if user := directory.user_named(name):
        return f"<@{user.id}>"
    if group := directory.usergroup_named(name):
        return f"<!subteam^{group.id}>"
    return None


def _channel(name: str, directory: Directory) -> str | None:
    channel = directory.channel_named(name)
    return f"<#{channel.id}|{channel.name}>" if channel else None
