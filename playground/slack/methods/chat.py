"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from typing import Any

from playground.slack.errors import Refused
from playground.slack.methods.calls import Call
from playground.slack.model import Channel, Json, Message

MOST_TEXT = 40_000
MOST_TEXT_OF_AN_UPDATE = 4_000
"""In bytes, of the text as it is sent. Found by others (gitlab.com/gitlab-org/gitlab merge request 258898)."""


def post(call: Call) -> Json:
    channel = call.own_channel()
    content = _content(call)
    call.world.limits.check(call.method, channel.id)
    metadata = call.structure("metadata", "invalid_metadata_format")
    message = call.world.history.post(
        channel.id,
        call.grant.user,
        thread_ts=call.text("thread_ts") or None,
        broadcast=call.flag("reply_broadcast"),
        mrkdwn=call.flag("mrkdwn", default=True),
        metadata=metadata,
        **content,
    )
    return {"channel": channel.id, "ts": message.ts, "message": call.world.payloads.message(message)}


def post_ephemeral(call: Call) -> Json:
    channel = call.own_channel()
    content = _content(call)
    call.world.limits.check(call.method, channel.id)
    user = call.required("user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    message = call.world.history.post(
        channel.id, call.grant.user, thread_ts=call.text("thread_ts") or None, ephemeral_to=user, **content
    )
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """What the call leaves out stays as it was. Only the author may, and nobody an ephemeral message."""
    channel = call.channel()
    message = _own(call, channel, "cant_update_message")
    text = call.arguments.get("text")
    if text is not None and len(str(text).encode()) > MOST_TEXT_OF_AN_UPDATE:
        raise Refused("msg_too_long")
    blocks, attachments = call.blocks(), call.structure("attachments", "invalid_attachments")
    if text is None and blocks is None and attachments is None:
        raise Refused("no_text")
    call.world.limits.check(call.method, channel.id)
    edited = call.world.history.edit(
        message,
        call.grant.user,
        text=message.text if text is None else str(text),
        blocks=message.blocks if blocks is None else blocks,
        attachments=message.attachments if attachments is None else tuple(attachments),
    )
    payload = call.world.payloads.message(edited)
    return {"channel": channel.id, "ts": edited.ts, "text": edited.text, "message": payload}


def delete(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "cant_delete_message")
    call.world.history.delete(message, call.grant.user)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.world.history.get(channel.id, call.required("message_ts"))
    return {"channel": channel.id, "permalink": f"http://{call.host}/#{channel.id}/{message.ts}"}


def _own(call: Call, channel: Channel, refusal: str) -> Message:
    message = call.world.history.get(channel.id, call.required("ts"))
    if message.ephemeral_to is not None:
        raise Refused("message_not_found")
    if message.user != call.grant.user or message.subtype == "tombstone":
        raise Refused(refusal)
    return message


def _content(call: Call) -> dict[str, Any]:
    """The text, cut where Slack cuts it, with the blocks and attachments."""
    text, blocks = call.text("text"), call.blocks() or ()
    attachments = tuple(call.structure("attachments", "invalid_attachments") or ())
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    return {"text": text[:MOST_TEXT], "blocks": blocks, "attachments": attachments}
