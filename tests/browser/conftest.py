"""One browser for all tests, and a workspace of its own for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from selenium import webdriver
from slack_sdk import WebClient

from playground.slack.process import Running, running
from tests.browser.browsing import ChatPage, chromium

Open = Callable[..., ChatPage]


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture
def slack() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture
def bot(slack: Running) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=10)


@pytest.fixture
def open_page(driver: webdriver.Chrome, slack: Running) -> Iterator[Open]:
    """Opens the page as somebody; at the end, nothing may have gone wrong in the page's code."""
    opened: list[ChatPage] = []

    def open_as(person: str = "dana", width: int = 1200, height: int = 860) -> ChatPage:
        opened.append(ChatPage(driver, slack.page, person, width, height))
        return opened[-1]

    yield open_as
    complaints = [complaint for page in opened for complaint in page.complaints()]
    driver.get("about:blank")
    assert complaints == []
