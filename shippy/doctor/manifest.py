"""The Slack app's manifest (config/slack-manifest.yml, which a test holds this package's copy to), and its scopes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

# The bot's scopes in the manifest, with what shippy needs each for.
SCOPES: Mapping[str, str] = {
    "app_mentions:read": "to hear its mentions",
    "channels:history": "to hear commands in public channels",
    "channels:read": "to find the channels of the config by name",
    "chat:write": "to answer",
    "commands": "for /shippy",
    "groups:history": "to hear commands in private channels",
    "groups:read": "to find private channels by name",
    "im:history": "to hear commands in direct messages",
    "im:read": "to know a direct message",
    "im:write": "to tell somebody something alone",
    "reactions:write": "to react to a message",
    "usergroups:read": "to know who is in the user groups of people",
    "users:read": "to show names",
    "users:read.email": "to know who is who on GitHub",
}


def slack_manifest() -> str:
    """The text to paste where Slack makes an app from a manifest."""
    return files("shippy.doctor").joinpath("slack-manifest.yml").read_text(encoding="utf-8")
