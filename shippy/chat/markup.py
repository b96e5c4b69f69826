"""Slack's markup: taken off what people type, and kept out of what the bot says.

How Slack writes mentions, links and escapes: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
ENTITY = re.compile("|".join(ENTITIES))
# "<" sigil target "|" label ">": people are @, channels #, special mentions !, and a link has no sigil.
TOKEN = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
USER_ID = re.compile(r"[UW][A-Z0-9]+")
GROUP_ID = re.compile(r"S[A-Z0-9]+")
DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f"
SINGLE_QUOTES = "\u2018\u2019\u201a\u201b"
STRAIGHT = str.maketrans(dict.fromkeys(DOUBLE_QUOTES, '"') | dict.fromkeys(SINGLE_QUOTES, "'"))

# What a person could be fooled or disturbed by has a harmless character that looks alike; a space of no width would
# not do, because it makes Slack see a marker in the middle of a word as one at its edge.
BACKTICK_LOOKALIKE = "\N{MODIFIER LETTER GRAVE ACCENT}"
LOOKALIKES = {
    "*": "\N{ASTERISK OPERATOR}",
    "_": "\N{MODIFIER LETTER LOW MACRON}",
    "~": "\N{TILDE OPERATOR}",
    ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
}
# Slack formats at the edges of a word, so that feature_x and 2*3 can stay as they are; ">" quotes only in front.
MARKER_AT_AN_EDGE = re.compile(r"(?<!\w)[*_~]|[*_~](?!\w)|\A>")
CODE_OR_URL = re.compile(r"`[^`\n]*`|https?://[^\s<>|`]*[^\s<>|`.,;:!?)]")
COMMIT_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")
LOUD_MENTION = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
FULLWIDTH_AT = "\N{FULLWIDTH COMMERCIAL AT}"


def plain(text: str, bot_user: str = "") -> str:
    """What a person typed, on one line, out of the text that Slack delivers.

    Labels stand for links and mentions (a branch that Slack took for an address is itself again), special characters
    are what they stand for, quotes are straight, and backticks, invisible characters and line breaks are gone.
    A mention of the bot stays as `<@ID>`, for `addressed`. Any text is taken; nothing is raised.
    """

    def typed(match: re.Match[str]) -> str:
        return _typed(match[1], match[2], match[3] or "", bot_user)

    text = ENTITY.sub(lambda match: ENTITIES[match[0]], TOKEN.sub(typed, text))
    return " ".join(_visible(text).replace("`", "").translate(STRAIGHT).split())


def addressed(text: str, name: str, bot_user: str, direct: bool) -> str | None:
    """The command in a `plain` text, if it is meant for the bot, and otherwise None.

    It is if it starts with the bot's name as a word of its own ("Shippy, status", "@shippy: status") or a mention of
    the bot. In a direct message the name may be left out.
    """
    mention = f"<@{bot_user}>"
    opening = _opening(name, mention if bot_user else "").match(text)
    if opening is None and not direct:
        return None
    command = text[opening.end() :] if opening else text
    return command.replace(mention, f"@{name}").strip()


@cache
def _opening(name: str, mention: str) -> re.Pattern[str]:
    names = f"@?{re.escape(name)}" + (f"|{re.escape(mention)}" if mention else "")
    return re.compile(rf"(?:{names})(?:\s*[:,]+|(?=\s)|\Z)", re.IGNORECASE)


def escape(text: str) -> str:
    """A text of unknown origin, on one line, as it can stand in the middle of a sentence of the bot.

    It is shown as it is, mentions nobody and formats nothing. What should be copied from the chat goes in `code`.
    """
    text = MARKER_AT_AN_EDGE.sub(lambda match: LOOKALIKES[match[0]], " ".join(_visible(text).split()))
    return _harmless(text.replace("`", BACKTICK_LOOKALIKE))


def message(text: str) -> str:
    """A whole message: its lines and its inline code stay, and whatever is in it mentions nobody and hides nothing.

    A URL with whole commit ids in it is shown with short ones.
    """
    shown = for_terminal(text)
    parts, end = [], 0
    for match in CODE_OR_URL.finditer(shown):
        parts += [_harmless(shown[end : match.start()]), _short_link(match[0])]
        end = match.end()
    return "".join([*parts, _harmless(shown[end:])])


def code(text: str) -> str:
    """A text of unknown origin as inline code, on one line: the way to show a branch, a commit or a command."""
    inner = " ".join(_visible(text).split()).replace("`", BACKTICK_LOOKALIKE)
    return f"`{_harmless(inner)}`" if inner else ""


def block(text: str) -> str:
    """Lines of unknown origin, such as a log's, as a block of code."""
    return _harmless(fenced([_visible(line) for line in text.splitlines()]))


def fenced(lines: Sequence[str]) -> str:
    """Lines of unknown origin as a block of code in what becomes a `message`."""
    inner = "\n".join(lines).replace("`", BACKTICK_LOOKALIKE)
    return f"```\n{inner}\n```"


def link(url: str, label: str) -> str:
    """A link that shows a label; a URL that could not be one on Slack is shown as text after the label."""
    if re.fullmatch(r"https?://[^\s<>|]+", url) is None:
        return f"{escape(label)} ({escape(url)})"
    return f"<{_entities(url)}|{escape(label).replace('|', '¦')}>"


def mention(user: str) -> str:
    """The way to notify somebody, or a user group, by their id. No other text of the bot does: names are escaped."""
    if GROUP_ID.fullmatch(user):
        return f"<!subteam^{user}>"
    return f"<@{user}>" if USER_ID.fullmatch(user) else escape(user)


def for_terminal(text: str) -> str:
    """A whole message as lines for a terminal: nothing in it moves the cursor or hides what is around it."""
    return "\n".join(_visible(line) for line in text.splitlines())


def _short_link(code_or_url: str) -> str:
    label = COMMIT_ID.sub(lambda commit: commit[0][:8], code_or_url)
    if code_or_url.startswith("`") or label == code_or_url or LOUD_MENTION.search(code_or_url):
        return _harmless(code_or_url)
    return f"<{_entities(code_or_url)}|{_harmless(label)}>"


def _typed(sigil: str, target: str, label: str, bot_user: str) -> str:
    if sigil == "@":
        return f"<@{target}>" if target == bot_user else "@" + (label or target).removeprefix("@")
    if sigil == "#":
        return "#" + (label or target).removeprefix("#")
    if sigil == "!":
        return _special(target, label)
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def _special(target: str, label: str) -> str:
    """`!here`, `!subteam^S1|@ops`, `!date^0^{date}|yesterday`: the label is what was shown."""
    kind, _, rest = target.partition("^")
    if kind == "date":
        return label
    return "@" + (label or rest or kind).removeprefix("@")


def _visible(text: str) -> str:
    """Without the characters that show nothing but change how others are read: no width, direction, controls.

    Halves of a surrogate pair go too: they cannot be sent.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs"})


def _harmless(text: str) -> str:
    return _entities(LOUD_MENTION.sub(FULLWIDTH_AT, text))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
