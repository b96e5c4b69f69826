"""Socket Mode as Slack speaks it: https://docs.slack.dev/apis/events-api/using-socket-mode"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping

from shippy.chat.incoming.inbound import (
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

ID, TYPE = '"envelope_id"', '"type"'
# Where Slack puts the id: first of all, or behind the payload, where only plain values follow up to the end, so that it
# belongs to no deeper object. The type is behind the payload, too.
ID_FIRST = re.compile(r'\{\s*"envelope_id"\s*:\s*"([\w-]+)"\s*,', re.ASCII)
PLAIN_TO_THE_END = r'(?:\s*,\s*"\w+"\s*:\s*(?:"[^"\\]*"|[\w.-]+))*\s*\}\s*'
ID_LAST = re.compile(rf'(?<=[,\s])"envelope_id"\s*:\s*"([\w-]+)"{PLAIN_TO_THE_END}', re.ASCII)
EVENT_LAST = re.compile(rf'(?<=[,\s])"type"\s*:\s*"events_api"{PLAIN_TO_THE_END}', re.ASCII)


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

    def pass_over(self, frame: str) -> Heard | None:
        """The acknowledgement of an event, without parsing it; None if it has to be parsed.

        The envelope's id is cut out where it can be no other: it is named once, and in no deeper object. Of what is
        named twice in one object, JSON takes the last.
        """
        if frame.count(ID) != 1 or EVENT_LAST.fullmatch(frame, frame.rfind(TYPE)) is None:
            return None
        found = ID_FIRST.match(frame) or ID_LAST.fullmatch(frame, frame.find(ID))
        return Heard(reply=f'{{"envelope_id": "{found[1]}"}}') if found else None

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
