"""What Slack delivers, turned once into types of our own. Pure: nothing here touches a socket."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

# A reply in a thread that was also sent to the channel is typed by a person like any other; every other subtype is an
# edit, a deletion, a join, a bot or the like: https://docs.slack.dev/reference/events/message
TYPED_SUBTYPES = (None, "thread_broadcast")
# Of these, whatever else it has, a message that a person has just typed has none.
NOT_TYPED = ("bot_id", "bot_profile", "edited", "hidden")
TIMESTAMP = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)


class Signal(Enum):
    """What a frame means for the connection that it came on."""

    NONE = auto()
    READY = auto()
    REPLACE = auto()
    STAY_AWAY = auto()


@dataclass(frozen=True, slots=True)
class Message:
    """Something that a person typed; `ts` names it within its channel, `thread` is the ts of the thread it is in."""

    channel: str
    user: str
    text: str
    ts: str
    thread: str | None = None
    direct: bool = False

    @property
    def key(self) -> str:
        """Names it for good: a message comes with the same key however often it is delivered."""
        return f"{self.channel}/{self.ts}"

    @property
    def at(self) -> float:
        """When it was typed, in seconds since the epoch: Slack's clock is in its ts."""
        return float(self.ts)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of one of the bot's buttons: the command that it stands for, and the deploy whose message it is on."""

    key: str
    user: str
    channel: str
    at: float
    command: str
    deploy: str
    message_ts: str


@dataclass(frozen=True, slots=True)
class Slash:
    """A slash command; `text` is what was typed after it. Nobody else in the channel sees that it was typed."""

    key: str
    user: str
    channel: str
    at: float
    text: str

    @property
    def direct(self) -> bool:
        return self.channel.startswith("D")


Inbound = Message | Pressed | Slash
"""What people do that may be meant for the bot."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame, understood: `reply` is to be sent back before the message is handled; `why` is for the log."""

    signal: Signal = Signal.NONE
    reply: str | None = None
    message: Inbound | None = None
    why: str = ""


def parsed(frame: str | bytes) -> Mapping[str, object]:
    """A frame's object; empty for whatever is not one."""
    try:
        value = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def mapping(parent: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def string(parent: Mapping[str, object], key: str) -> str:
    value = parent.get(key)
    return value if isinstance(value, str) else ""


def typed_by_a_person(event: Mapping[str, object]) -> Message | None:
    """The message in an event of type `message` or `app_mention`.

    None for what no person typed just now: bots and workflows, edits, deletions, hidden and system messages.
    """
    if event.get("type") not in ("message", "app_mention") or event.get("subtype") not in TYPED_SUBTYPES:
        return None
    if any(map(event.get, NOT_TYPED)):
        return None
    channel, user, ts = string(event, "channel"), string(event, "user"), string(event, "ts")
    if not (channel and user) or TIMESTAMP.fullmatch(ts) is None or user == "USLACKBOT":
        return None
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    return Message(channel, user, string(event, "text"), ts, string(event, "thread_ts") or None, direct)


def pressed_by_a_person(payload: Mapping[str, object]) -> Pressed | None:
    """The press in a payload of type `block_actions`; None for what is not a press of one of the bot's own buttons.

    Their value is JSON, {"command": "rollout 25", "deploy": "<its id>"}. The payload is described at
    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    user, channel = string(mapping(payload, "user"), "id"), string(mapping(payload, "channel"), "id")
    message, at = string(mapping(payload, "container"), "message_ts"), string(action, "action_ts")
    meant = parsed(string(action, "value"))
    command, deploy = string(meant, "command"), string(meant, "deploy")
    if not (user and channel and message and command and deploy) or TIMESTAMP.fullmatch(at) is None:
        return None
    return Pressed(f"{channel}/{message}/{at}/{user}", user, channel, float(at), command, deploy, message)


def slashed_by_a_person(payload: Mapping[str, object], envelope: str, now: float) -> Slash | None:
    """The slash command in a payload, which has no time of its own; `envelope` names it.

    https://docs.slack.dev/interactivity/implementing-slash-commands has the payload.
    """
    user, channel = string(payload, "user_id"), string(payload, "channel_id")
    if not (user and channel):
        return None
    return Slash(f"{channel}/slash/{envelope}", user, channel, now, string(payload, "text"))
