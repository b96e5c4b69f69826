"""conversations.*: channels and direct conversations, and what was said in them."""

from __future__ import annotations

from playground.slack.errors import Refused
from playground.slack.methods.calls import Call, encode, page
from playground.slack.model import Channel, Json, Message

_TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im"}
_NEXT = "next_ts:"


def listing(call: Call) -> Json:
    return page(call, "channels", _payloads(call, call.world.seed.directory.channels()))


def of_user(call: Call) -> Json:
    """users.conversations: those of one person, or of the caller."""
    user = call.text("user") or call.grant.user
    return page(call, "channels", _payloads(call, call.world.seed.directory.conversations_of(user)))


def info(call: Call) -> Json:
    channel = call.channel()
    payload = call.world.payloads.channel(channel, call.grant.user)
    if not call.flag("include_num_members"):
        payload.pop("num_members", None)
    return {"channel": payload}


def members(call: Call) -> Json:
    return page(call, "members", sorted(call.channel().members))


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.direct or channel.private:
        raise Refused("method_not_supported_for_channel_type")
    was_in = call.grant.user in channel.members
    call.world.history.join(channel, call.grant.user)
    payload = call.world.payloads.channel(channel, call.grant.user)
    return {"channel": payload} | ({"warning": "already_in_channel"} if was_in else {})


def open_direct(call: Call) -> Json:
    """conversations.open with `channel`, or with `users` naming one person."""
    directory = call.world.seed.directory
    if call.text("channel"):
        channel = call.channel()
    else:
        users = [user for user in call.required("users").split(",") if user]
        if len(users) != 1:
            raise Refused("method_not_supported_for_channel_type")
        channel = directory.direct(call.grant.user, directory.user(users[0]).id)
    if call.flag("return_im"):
        return {"channel": call.world.payloads.channel(channel, call.grant.user)}
    return {"channel": {"id": channel.id}}


def history(call: Call) -> Json:
    """Newest first, without the replies that are only in their thread, and without anything ephemeral."""
    channel = call.own_channel()
    call.world.limits.check(call.method, channel.id)
    shown = [
        message
        for message in call.world.history.messages(channel.id)
        if message.ephemeral_to is None and (not message.is_reply or message.broadcast) and _between(call, message)
    ]
    return _messages(call, shown[::-1], newest_first=True)


def replies(call: Call) -> Json:
    """The root and its replies, oldest first. Raises: Refused: thread_not_found."""
    channel = call.own_channel()
    call.world.limits.check(call.method, channel.id)
    ts = call.required("ts")
    found = [message for message in call.world.history.messages(channel.id) if message.ts == ts]
    if not found or found[0].ephemeral_to is not None:
        raise Refused("thread_not_found")
    answers = [message for message in call.world.history.replies(channel.id, ts) if _between(call, message)]
    return _messages(call, [*found, *answers], newest_first=False)


def _between(call: Call, message: Message) -> bool:
    oldest, latest = call.text("oldest", "0"), call.text("latest")
    if call.flag("inclusive"):
        return oldest <= message.ts and (not latest or message.ts <= latest)
    return oldest < message.ts and (not latest or message.ts < latest)


def _messages(call: Call, messages: list[Message], newest_first: bool) -> Json:
    """A page that goes on after a message, not after a number of them: new ones do not shift it."""
    cursor, limit = call.cursor(), call.limit(100)
    if cursor and not cursor.startswith(_NEXT):
        raise Refused("invalid_cursor")
    if start := cursor.removeprefix(_NEXT):
        messages = [one for one in messages if (one.ts <= start if newest_first else one.ts >= start)]
    more = len(messages) > limit
    answer: Json = {
        "messages": [call.world.payloads.message(message) for message in messages[:limit]],
        "has_more": more,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": encode(f"{_NEXT}{messages[limit].ts}")}
    return answer


def _payloads(call: Call, channels: list[Channel]) -> list[Json]:
    wanted = set(call.text("types", "public_channel").replace(" ", "").split(","))
    viewer = call.grant.user
    return [
        call.world.payloads.channel(channel, viewer)
        for channel in channels
        if _TYPES[channel.kind] in wanted
        and (viewer in channel.members or channel.kind == "channel")
        and not (channel.archived and call.flag("exclude_archived"))
    ]
