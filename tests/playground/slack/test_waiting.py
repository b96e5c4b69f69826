"""Whoever waits for words of the bot waits no longer than it takes for them not to come."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from playground.slack.client import NotSeen, Workspace


def test_another_ending_is_told_at_once_and_in_its_own_words(bot: WebClient, workspace: Workspace) -> None:
    thread = workspace.type("dana", "shippy ship main")
    bot.chat_postMessage(channel="C0DEPLOYS1", text="Not shipped: main to web", thread_ts=thread)
    with pytest.raises(NotSeen, match="'Not shipped: main to web' came"):
        workspace.wait_for_words(thread, "Ready to verify", 60.0, unless=("Not shipped:", "Failed:"))


def test_what_was_said_before_ends_nothing(bot: WebClient, workspace: Workspace) -> None:
    bot.chat_postMessage(channel="C0DEPLOYS1", text="Failed: main to web")
    thread = workspace.type("dana", "shippy ship main")
    bot.chat_postMessage(channel="C0DEPLOYS1", text="Ready to verify: main to web")
    assert workspace.wait_for_words(thread, "Ready", unless=("Failed:",)) == "Ready to verify: main to web"
