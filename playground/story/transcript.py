"""The chat, printed as it happens."""

from __future__ import annotations

import re
import textwrap
import threading
from collections.abc import Callable
from typing import Any

from playground.slack.client import Workspace

POLL_SECONDS = 0.2
MENTION = re.compile(r"<@(\w+)>")


class Transcript:
    """Prints what is said in the channel, from a thread of its own, until it is left."""

    def __init__(self, slack: Workspace, names: dict[str, str], say: Callable[[str], None]) -> None:
        # A connection of its own: the story uses the other one meanwhile.
        self._slack = Workspace(slack.url)
        self._names = names
        self._say = say
        self._told: dict[str, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Transcript:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=10)
        self.catch_up()
        self._slack.close()

    def catch_up(self) -> None:
        """Print what is new, and what was edited, since the last look."""
        for message in self._slack.messages():
            text = str(message["text"])
            if self._told.get(message["ts"]) != text:
                self._told[message["ts"]] = text
                self._say(_shown(message, text, self._names))

    def _run(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            self.catch_up()


def _shown(message: dict[str, Any], text: str, names: dict[str, str]) -> str:
    name = names.get(message["user"], message["user"])
    indent = "      " if message.get("thread_ts", message["ts"]) != message["ts"] else "  "
    mentioned = MENTION.sub(lambda match: f"@{names.get(match[1], match[1])}", text)
    plain = mentioned.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return textwrap.indent(f"{name}: {plain}", indent + "  ").replace("  ", "", 1)
