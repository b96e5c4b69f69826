"""reactions.*"""

from __future__ import annotations

import re

from playground.slack.errors import Refused
from playground.slack.methods.calls import Call
from playground.slack.model import Json, Message

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(call: Call) -> Json:
    message, name = _message(call), _name(call)
    call.world.history.react(message, call.grant.user, name)
    return {}


def remove(call: Call) -> Json:
    message, name = _message(call), _name(call)
    call.world.history.unreact(message, call.grant.user, name)
    return {}


def get(call: Call) -> Json:
    message = _message(call)
    return {"type": "message", "channel": message.channel, "message": call.world.payloads.message(message)}


def _message(call: Call) -> Message:
    return call.world.history.get(call.channel().id, call.required("timestamp"))


def _name(call: Call) -> str:
    name = call.required("name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    return name
