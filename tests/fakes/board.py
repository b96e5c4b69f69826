"""Slack as the messages of deploys meet it, held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.event import Event as Flag

from shippy.chat.slack import Blocks, SlackRefused
from shippy.errors import Unavailable
from shippy.model import Deploy, HostProgress


@dataclass(frozen=True)
class FakeCard:
    """What a deploy looks like, in a line."""

    text: str

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return [{"type": "section", "text": {"type": "mrkdwn", "text": self.text}}]


def draw(deploy: Deploy, progress: Mapping[str, HostProgress]) -> FakeCard:
    hosts = "".join(f" {one.host}:{one.percent}" for one in progress.values())
    return FakeCard(f"{deploy.phase} {deploy.share}{hosts}")


@dataclass
class FakeBoard:
    """Implements `shippy.chat.outgoing.living_message.Board`, and takes what is said and whispered besides.

    Each call waits for `up`, and raises the next of `failures`, if there is one. The answer to a post is lost
    `lost_answers` times.
    """

    failures: list[Unavailable] = field(default_factory=list)
    up: Flag = field(default_factory=Flag)
    lost_answers: int = 0
    shown: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    edits: list[str] = field(default_factory=list)
    said: list[tuple[str, str, str | None]] = field(default_factory=list)
    attempts: int = 0

    def __post_init__(self) -> None:
        self.up.set()

    def post(
        self, channel: str, text: str, thread: str | None = None, blocks: Blocks | None = None, mark: str | None = None
    ) -> str:
        self._answer()
        if mark is None:
            self.said.append((channel, text, thread))
            return f"said.{len(self.said)}"
        ts = f"ts.{len(self.channels) + 1}"
        self.shown[ts], self.marks[ts], self.channels[ts] = text, mark, channel
        assert blocks
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unavailable("Slack", "chat.postMessage: timed out")
        return ts

    def find(self, channel: str, mark: str, since: float) -> str | None:  # noqa: ARG002 - it forgets nothing
        self._answer()
        return next((ts for ts, of in self.marks.items() if of == mark and self.channels[ts] == channel), None)

    def update(self, channel: str, ts: str, text: str, blocks: Blocks | None = None) -> None:  # noqa: ARG002 - told apart by their text
        self._answer()
        if ts not in self.shown:
            raise SlackRefused("Slack", "chat.update: message_not_found", code="message_not_found")
        self.shown[ts] = text
        self.edits.append(text)

    def whisper(self, channel: str, user: str, text: str, thread: str | None = None) -> None:
        self._answer()
        self.said.append((f"{channel} to {user}", text, thread))

    def react(self, channel: str, ts: str, name: str) -> None:
        self._answer()
        self.said.append((channel, f":{name}:", ts))

    def delete(self, ts: str) -> None:
        for of in (self.shown, self.marks, self.channels):
            del of[ts]

    def _answer(self) -> None:
        self.attempts += 1
        # As any call does: whoever else is there has a turn.
        gevent.sleep(0)
        self.up.wait()
        if self.failures:
            raise self.failures.pop(0)
