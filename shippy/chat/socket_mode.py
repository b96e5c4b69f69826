"""Socket Mode as Slack speaks it: https://docs.slack.dev/apis/events-api/using-socket-mode"""

from __future__ import annotations

import json

from shippy.chat.inbound import Heard, Signal, mapping, parsed, string, typed_by_a_person
from shippy.chat.slack import SlackApi


class SocketMode:
    """Events come in envelopes, over a connection that is asked for with the app's own token."""

    def __init__(self, app: SlackApi) -> None:
        self._app = app

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
        reply = json.dumps({"envelope_id": envelope})
        event = mapping(mapping(content, "payload"), "event")
        return Heard(reply=reply, message=typed_by_a_person(event) if content["type"] == "events_api" else None)


def _goodbye(reason: str) -> Heard:
    """`warning` comes some ten seconds before the end, `refresh_requested` at it; the others are refusals."""
    if reason in {"warning", "refresh_requested"}:
        return Heard(Signal.REPLACE, why=reason)
    return Heard(Signal.STAY_AWAY, why=reason)
