from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

MANIFEST = Path(__file__).parents[2] / "config" / "slack-manifest.yml"

SCOPES = {
    *("app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history"),
    *("groups:read", "im:history", "im:read", "im:write", "reactions:write", "usergroups:read", "users:read"),
    "users:read.email",
}
EVENTS = {"app_mention", "message.channels", "message.groups", "message.im"}


@pytest.fixture
def manifest() -> Any:
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def test_the_bot_has_the_scopes_it_needs_and_no_others(manifest: Any) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}
    assert sorted(scopes["bot"]) == sorted(SCOPES)


def test_the_events_of_messages_come_over_socket_mode(manifest: Any) -> None:
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"]["is_enabled"] is True
    assert set(settings["event_subscriptions"]["bot_events"]) == EVENTS


def test_there_is_a_slash_command_and_a_place_for_direct_messages(manifest: Any) -> None:
    features = manifest["features"]
    assert [command["command"] for command in features["slash_commands"]] == ["/shippy"]
    assert features["app_home"]["messages_tab_enabled"] is True
    assert features["app_home"]["messages_tab_read_only_enabled"] is False
    assert features["bot_user"]["display_name"] == "shippy"


def test_texts_fit_what_slack_allows(manifest: Any) -> None:
    """https://docs.slack.dev/reference/app-manifest: 35 characters for a name, 140 for a description."""
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
