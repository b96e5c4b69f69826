"""What people do to an app besides writing: press its buttons and give its slash command, and how it answers them.

https://docs.slack.dev/interactivity/handling-user-interaction has the payloads and the rules of a response_url: five
uses within thirty minutes.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

from playground.slack import blocks as block_kit
from playground.slack.changes import Changes
from playground.slack.errors import Refused
from playground.slack.history import History
from playground.slack.model import Channel, Json, Message, User
from playground.slack.payloads import Payloads
from playground.slack.seed import Seed
from playground.slack.socket_mode import SocketMode
from playground.slack.tickets import Tickets

TRIGGER = "trigger"
TRIGGER_SECONDS = 3.0
_USES = 5
_RESPONSE_SECONDS = 1800.0


@dataclass(slots=True)
class _Hook:
    """A response_url: who it answers, where, and the message that it may replace."""

    channel: str
    user: str
    message: Message | None
    expires: float
    uses: int = _USES


class Interactions:
    """`base_url` is how the app reaches this server; response_urls start with it."""

    def __init__(
        self,
        *,
        seed: Seed,
        history: History,
        payloads: Payloads,
        changes: Changes,
        socket_mode: SocketMode,
        tickets: Tickets,
    ) -> None:
        self.base_url = ""
        self._seed = seed
        self._history = history
        self._payloads = payloads
        self._changes = changes
        self._socket_mode = socket_mode
        self._tickets = tickets
        self._hooks: dict[str, _Hook] = {}

    def click(self, user: User, message: Message, action_id: str, selected: str | None = None) -> None:
        """Presses a button, or chooses the option with the value `selected`.

        Raises:
            Refused: no_such_action.
        """
        found = block_kit.clickable(message.blocks, action_id)
        if found is None:
            raise Refused("no_such_action")
        channel = self._seed.directory.channel(message.channel)
        hook = self._hook(channel, user, message)
        payload = {
            "type": "block_actions",
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": self._seed.directory.team.id},
            "container": _container(message),
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message": self._payloads.message(message),
            "state": {"values": {}},
            "actions": [self._action(*found, selected)],
            **self._common(hook),
        }
        self._send("interactive", payload, hook)

    def slash(self, user: User, channel: Channel, command: str, text: str) -> None:
        """Gives the app's slash command.

        Raises:
            Refused: no_such_command.
        """
        if command != self._seed.app.command:
            raise Refused("no_such_command")
        hook = self._hook(channel, user, None)
        common = self._common(hook)
        team = common.pop("team")
        payload = {
            **common,
            "team_id": team["id"],
            "team_domain": team["domain"],
            "channel_id": channel.id,
            "channel_name": channel.name or "directmessage",
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "is_enterprise_install": "false",
        }
        self._send("slash_commands", payload, hook)

    def respond(self, hook_id: str, answer: Json) -> None:
        """What an app sends to a response_url.

        Raises:
            Refused: expired_url, used_url, and those for blocks.
        """
        hook = self._hooks.get(hook_id)
        if hook is None or time.monotonic() > hook.expires:
            raise Refused("expired_url")
        if hook.uses <= 0:
            raise Refused("used_url")
        hook.uses -= 1
        self._answer(hook, answer)

    def _answer(self, hook: _Hook, answer: Json) -> None:
        fields: Json = {"blocks": block_kit.checked(answer.get("blocks") or [])}
        text, bot = str(answer.get("text") or ""), self._seed.app.bot_user
        if hook.message and answer.get("delete_original"):
            self._history.delete(hook.message, bot)
        elif hook.message and answer.get("replace_original", False):
            current = self._history.get(hook.channel, hook.message.ts)
            self._history.edit(current, bot, text=text, **fields)
        else:
            seen_by_all = answer.get("response_type") == "in_channel"
            thread = answer.get("thread_ts")
            self._history.post(
                hook.channel, bot, text, thread_ts=thread, ephemeral_to=None if seen_by_all else hook.user, **fields
            )

    def _hook(self, channel: Channel, user: User, message: Message | None) -> str:
        hook_id = secrets.token_urlsafe(16)
        self._hooks[hook_id] = _Hook(channel.id, user.id, message, time.monotonic() + _RESPONSE_SECONDS)
        return hook_id

    def _common(self, hook_id: str) -> Json:
        team = self._seed.directory.team
        return {
            "token": secrets.token_hex(12),
            "api_app_id": self._seed.app.id,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._tickets.issue(TRIGGER, TRIGGER_SECONDS),
            "response_url": f"{self.base_url}/hooks/{hook_id}",
        }

    def _action(self, block: Json, element: Json, selected: str | None) -> Json:
        action: Json = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "type": element["type"],
            "action_ts": self._history.timestamps.next(),
        }
        if element["type"] == "button":
            return action | {key: element[key] for key in ("text", "value", "style") if key in element}
        chosen = next((option for option in element["options"] if option.get("value") == selected), None)
        if chosen is None:
            raise Refused("no_such_option")
        return action | {"selected_option": chosen}

    def _send(self, kind: str, payload: Json, hook_id: str) -> None:
        hook = self._hooks[hook_id]

        def answered(answer: Json) -> None:
            # Slack drops an answer that it cannot show without a word to the app.
            with contextlib.suppress(Refused):
                self._answer(hook, answer)

        def unanswered() -> None:
            what = payload.get("command") or "This button"
            self._changes.add("unanswered", user=hook.user, channel=hook.channel, what=what)

        self._socket_mode.interact(kind, payload, answered, unanswered)


def _container(message: Message) -> dict[str, Any]:
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
