"""The workspace's things as Slack writes them in JSON."""

from __future__ import annotations

from playground.slack.directory import Directory
from playground.slack.history import History
from playground.slack.model import Channel, Json, Message, User, Usergroup


class Payloads:
    """Turns values into Slack's JSON; threads need the history to be counted."""

    def __init__(self, directory: Directory, history: History) -> None:
        self._directory = directory
        self._history = history

    def message(self, message: Message) -> Json:
        """A message as conversations.history, events and chat.postMessage give it."""
        payload: Json = {
            "type": "message",
            "user": message.user,
            "ts": message.ts,
            "text": message.text,
            "team": self._directory.team.id,
            **self._author(message),
            **self._thread(message),
        }
        if message.subtype:
            payload["subtype"] = message.subtype
        if message.edited_ts:
            payload["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.reactions:
            payload["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions
            ]
        for key in ("blocks", "attachments"):
            if value := getattr(message, key):
                payload[key] = list(value)
        if message.metadata:
            payload["metadata"] = message.metadata
        return payload

    def _author(self, message: Message) -> Json:
        if message.bot_id is None:
            return {}
        user = self._directory.user(message.user)
        profile = {
            "id": message.bot_id,
            "app_id": message.app_id,
            "user_id": message.user,
            "name": user.real_name,
            "team_id": self._directory.team.id,
            "deleted": False,
        }
        return {"bot_id": message.bot_id, "app_id": message.app_id, "bot_profile": profile}

    def _thread(self, message: Message) -> Json:
        if message.is_reply:
            root = self._history.get(message.channel, message.thread_ts or "")
            return {"thread_ts": root.ts, "parent_user_id": root.user}
        replies = self._history.replies(message.channel, message.ts)
        if not replies:
            return {}
        authors = list(dict.fromkeys(reply.user for reply in replies))
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": authors,
            "reply_users_count": len(authors),
            "latest_reply": replies[-1].ts,
        }

    def full(self, message: Message) -> Json:
        """A message with what Slack's API does not tell: for the page and for tests."""
        return {
            **self.message(message),
            "channel": message.channel,
            "edits": message.edits,
            "ephemeral_to": message.ephemeral_to,
            "broadcast": message.broadcast,
            "mrkdwn": message.mrkdwn,
        }

    def user(self, user: User) -> Json:
        profile: Json = {"real_name": user.real_name, "display_name": user.name, "team": self._directory.team.id}
        if user.email:
            profile["email"] = user.email
        return {
            "id": user.id,
            "team_id": self._directory.team.id,
            "name": user.name,
            "real_name": user.real_name,
            "deleted": user.deleted,
            "color": user.colour.removeprefix("#"),
            "is_bot": user.bot_id is not None,
            "is_app_user": False,
            "is_restricted": user.guest,
            "is_ultra_restricted": user.guest,
            "tz": "Etc/UTC",
            "profile": {**profile, **({"bot_id": user.bot_id, "api_app_id": user.app_id} if user.bot_id else {})},
        }

    def channel(self, channel: Channel, viewer: str) -> Json:
        payload: Json = {
            "id": channel.id,
            "created": 1_700_000_000,
            "is_archived": channel.archived,
            "is_channel": channel.kind == "channel",
            "is_group": channel.kind == "group",
            "is_im": channel.direct,
            "is_mpim": False,
            "is_private": channel.private or channel.direct,
        }
        if channel.direct:
            others = channel.members - {viewer} or channel.members
            return payload | {"user": min(others), "is_open": True}
        return payload | {
            "name": channel.name,
            "name_normalized": channel.name,
            "is_member": viewer in channel.members,
            "is_general": channel.name == "general",
            "num_members": len(channel.members),
            "topic": {"value": channel.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }

    def usergroup(self, group: Usergroup, with_users: bool) -> Json:
        payload: Json = {
            "id": group.id,
            "team_id": self._directory.team.id,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "description": "",
            "user_count": len(group.users),
            "date_delete": 0,
        }
        return payload | ({"users": list(group.users)} if with_users else {})
