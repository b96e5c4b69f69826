"""Socket Mode as Slack speaks it: https://docs.slack.dev/apis/events-api/using-socket-mode"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping

from shippy.chat.inbound import (
    Heard,
    Inbound,
    Signal,
    mapping,
    parsed,
    pressed_by_a_person,
    slashed_by_a_person,
    string,
    typed_by_a_person,
)
from shippy.chat.slack import SlackApi


class SocketMode:
    """Events, presses of buttons and slash commands come in envelopes, over a connection for the app's own token."""

    def __init__(self, app: SlackApi, now: Callable[[], float] = time.time) -> None:
        self._app = app
        self._now = now

    def address(self) -> str:
        """A fresh address to connect to, good for one connection.

        Raises:
            Unavailable: Slack does not give one; SlackRefused if it is of no use to ask again.
        """
        return string(self._app.call("apps.connections.open"), "url")

    def understand(self, frame: str | bytes) -> Heard:
        content = parsed(frame)
        match content.get("type"):
            case "hello":
                return Heard(Signal.READY)
            case "disconnect":
                return _goodbye(string(content, "reason"))
        envelope = string(content, "envelope_id")
        if not envelope:
            return Heard()
        # Whatever is in it is acknowledged: Slack sends again what is not, and that would run nothing.
        return Heard(reply=json.dumps({"envelope_id": envelope}), message=self._inbound(content, envelope))

    def _inbound(self, content: Mapping[str, object], envelope: str) -> Inbound | None:
        payload = mapping(content, "payload")
        match content.get("type"):
            case "events_api":
                return typed_by_a_person(mapping(payload, "event"))
            case "interactive" if payload.get("type") == "block_actions":
                return pressed_by_a_person(payload)
            case "slash_commands":
                return slashed_by_a_person(payload, envelope, self._now())
        return None


def _goodbye(reason: str) -> Heard:
    """`warning` comes some ten seconds before the end, `refresh_requested` at it; the others are refusals."""
    if reason in {"warning", "refresh_requested"}:
        return Heard(Signal.REPLACE, why=reason)
    return Heard(Signal.STAY_AWAY, why=reason)
