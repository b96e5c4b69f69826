"""One browser for all tests; a workspace of its own for each, or the one of a whole world that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from selenium import webdriver
from slack_sdk import WebClient

from playground.browser import chromium
from playground.slack.process import Running
from playground.stage import Stage
from tests.browser.browsing import ChatPage

Open = Callable[..., ChatPage]


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture
def bot(slack: Running) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=10)


@pytest.fixture
def open_page(driver: webdriver.Chrome, slack: Running) -> Iterator[Open]:
    """Opens the workspace's page as somebody; at the end, nothing may have gone wrong in the page's code."""
    with _opening(driver, slack.page) as open_as:
        yield open_as


@pytest.fixture
def open_stage(driver: webdriver.Chrome, stage: Stage) -> Iterator[Open]:
    """The same, of the whole world's workspace."""
    with _opening(driver, f"{stage.slack.url}/") as open_as:
        yield open_as


@contextmanager
def _opening(driver: webdriver.Chrome, url: str) -> Iterator[Open]:
    opened: list[ChatPage] = []

    def open_as(person: str = "dana", width: int = 1200, height: int = 860) -> ChatPage:
        opened.append(ChatPage(driver, url, person, width, height))
        return opened[-1]

    yield open_as
    complaints = [complaint for page in opened for complaint in page.complaints()]
    driver.get("about:blank")
    assert complaints == []
