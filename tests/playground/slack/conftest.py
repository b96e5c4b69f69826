"""Ways to connect to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from playground.slack.client import Workspace
from playground.slack.process import Running, Workspaces


@pytest.fixture(scope="session")
def standing(workspaces: Workspaces) -> Iterator[Running]:
    """One workspace for the tests that leave nothing behind that another could see."""
    with workspaces.new() as started:
        yield started


@pytest.fixture
def standing_bot(standing: Running) -> WebClient:
    return WebClient(token=standing.bot_token, base_url=standing.api_url, timeout=10)


@pytest.fixture
def workspace(slack: Running) -> Workspace:
    return slack.workspace


@pytest.fixture
def bot(slack: Running) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=10)
