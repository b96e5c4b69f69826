"""The little Markdown that comments here are written in, as HTML: bold, code, links and lines; nothing else comes out.

As on GitHub, what is in an HTML comment is not shown, and what is code stands for nothing else.
"""

from __future__ import annotations

import re
from html import escape

HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
PIECE = re.compile(r"`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<text>[^\]\n]+)\]\((?P<url>https?://[^\s)]+)\)")


def html(text: str) -> str:
    shown = HIDDEN.sub("", text).strip()
    pieces, end = [], 0
    for found in PIECE.finditer(shown):
        pieces += [escape(shown[end : found.start()]), _marked(found)]
        end = found.end()
    return "".join([*pieces, escape(shown[end:])]).replace("\n", "<br>\n")


def _marked(found: re.Match[str]) -> str:
    if found["code"]:
        return f"<code>{escape(found['code'])}</code>"
    if found["bold"]:
        return f"<strong>{escape(found['bold'])}</strong>"
    return f'<a href="{escape(found["url"])}">{escape(found["text"])}</a>'
