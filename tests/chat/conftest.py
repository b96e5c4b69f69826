"""A workspace for all tests of a file that leave nothing there which another could see, and shippy's way to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.slack.process import Running, Workspaces
from shippy.chat.slack import SlackApi


@pytest.fixture(scope="module")
def world(workspaces: Workspaces) -> Iterator[Running]:
    with workspaces.new() as world:
        yield world


@pytest.fixture
def api(world: Running) -> SlackApi:
    return SlackApi(world.bot_token, world.api_url)
