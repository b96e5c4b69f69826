"""What a bot finds in its workspace: for whoever sets it up. Everything here only asks.

Every function raises Unavailable where Slack does not answer, and SlackRefused where it says no.
"""

from __future__ import annotations

from shippy.chat.incoming.inbound import mapping
from shippy.chat.slack import SlackApi, SlackRefused

# What Slack says of a user that is not there, or not for this bot to see: docs.slack.dev/reference/methods/users.info
NOBODY = frozenset({"user_not_found", "user_not_visible"})


def channels_joined(api: SlackApi) -> frozenset[str]:
    """The channels that the bot is a member of, each by its id and by its name ("#deploys")."""
    try:
        return _joined(api, "public_channel,private_channel")
    except SlackRefused as refusal:
        if refusal.code != "missing_scope":
            raise
        # A bot that is only for public channels has no need of the scope for private ones.
        return _joined(api, "public_channel")


def is_in_workspace(api: SlackApi, user: str) -> bool:
    """Whether there is a user of this id whose account was not deactivated."""
    try:
        about = mapping(api.call("users.info", user=user), "user")
    except SlackRefused as refusal:
        if refusal.code in NOBODY:
            return False
        raise
    return about.get("deleted") is not True


def usergroups(api: SlackApi) -> frozenset[str]:
    """The ids of the user groups that are in use."""
    groups = api.call("usergroups.list").get("usergroups")
    return frozenset(str(group["id"]) for group in groups) if isinstance(groups, list) else frozenset()


def _joined(api: SlackApi, types: str) -> frozenset[str]:
    joined: set[str] = set()
    for page in api.pages("users.conversations", types=types, exclude_archived=True):
        channels = page.get("channels")
        for channel in channels if isinstance(channels, list) else ():
            joined |= {str(channel["id"]), f"#{channel['name']}"}
    return frozenset(joined)
