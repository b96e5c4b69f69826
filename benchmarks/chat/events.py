"""What people say in a channel, as frames of a WebSocket, ready to be sent."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from typing import Any

BOT = "U0BOT"
CHANNEL = "C0DEPLOYS1"
COMMAND = "shippy status"
SHORT, MIDDLE = 126, 65_536
# A ping has something in it: slack_sdk waits for more behind a frame that is empty.
TEXT_FRAME, PING_FRAME = 0x81, b"\x89\x04ping"
HELLO = '{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}'

# One in ten has a link, one a mention, one a letter that Slack escapes, and one is a reaction.
SAID = (
    "good morning all",
    "lunch at half past twelve?",
    "has anybody looked at the failing build on main",
    "it is the timeouts again, I will have a look",
    "done, see <https://github.example.com/acme/web/pull/4711|#4711>",
    "thanks <@U0KIM00003>, that was quick",
    "ok for me. Who reviews it?",
    "f\u00fcr heute bin ich weg",
    "the numbers of yesterday are in the sheet, as always",
)


def frame(text: str) -> bytes:
    """A text as one frame of a server."""
    payload = text.encode()
    if len(payload) < SHORT:
        return bytes([TEXT_FRAME, len(payload)]) + payload
    if len(payload) < MIDDLE:
        return bytes([TEXT_FRAME, SHORT]) + struct.pack("!H", len(payload)) + payload
    return bytes([TEXT_FRAME, SHORT + 1]) + struct.pack("!Q", len(payload)) + payload


def said(number: int) -> Mapping[str, Any]:
    """One of what people do all day; none of it is for a bot."""
    kind = number % (len(SAID) + 1)
    if kind == len(SAID):
        item = {"type": "message", "channel": CHANNEL, "ts": _ts(number)}
        return {
            "type": "reaction_added",
            "user": "U0DANA0001",
            "reaction": "eyes",
            "item": item,
            "event_ts": _ts(number),
        }
    return typed(SAID[kind], number)


def typed(text: str, number: int) -> Mapping[str, Any]:
    """The event of a message, as Slack sends it."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "user": "U0DANA0001",
        "type": "message",
        "ts": _ts(number),
        "client_msg_id": f"5b2f7c3e-0000-4000-8000-{number:012}",
        "text": text,
        "team": "T0ACME0001",
        "blocks": [{"type": "rich_text", "block_id": "x0Y1z", "elements": [section]}],
        "channel": CHANNEL,
        "event_ts": _ts(number),
        "channel_type": "channel",
    }


def over_rtm(events: Iterable[Mapping[str, Any]]) -> list[bytes]:
    return [frame(_json(event)) for event in events]


def over_socket_mode(events: Iterable[Mapping[str, Any]], first: int = 0) -> list[bytes]:
    """In envelopes, numbered from `first` on."""
    return [frame(_json(_enveloped(event, number))) for number, event in enumerate(events, start=first)]


def _enveloped(event: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    authorization = {"enterprise_id": None, "team_id": "T0ACME0001", "user_id": BOT, "is_bot": True}
    payload = {
        "token": "verification",
        "team_id": "T0ACME0001",
        "api_app_id": "A1",
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{number:09}",
        "event_time": 1_700_000_000,
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }
    return {
        "envelope_id": f"6c1d2f4a-0000-4000-8000-{number:012}",
        "payload": payload,
        "type": "events_api",
        "accepts_response_payload": False,
        "retry_attempt": 0,
        "retry_reason": "",
    }


def _ts(number: int) -> str:
    """Times that are ahead, so that nobody takes a message for one of long ago."""
    return f"{4_000_000_000 + number}.000100"


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":"))
