"""The chat page in a real browser, used as a person uses it: by what can be seen, typed and pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from playground.browser import resize

Seen = TypeVar("Seen")

SECONDS = 20.0


class ChatPage:
    """The page of one workspace, as one person sees it."""

    def __init__(self, driver: webdriver.Chrome, url: str, person: str, width: int = 1200, height: int = 860) -> None:
        self.driver = driver
        resize(driver, width, height)
        driver.get(f"{url}?as={person}")
        self.wait(lambda: self.find("#composer textarea"))

    def wait(self, seen: Callable[[], Seen]) -> Seen:
        """What `seen` returns, once that is true; what is not there yet, no more, or still moving is waited out.

        Raises:
            AssertionError: it stays untrue; the text has what the page shows.
        """
        ignored = (
            ElementClickInterceptedException,
            ElementNotInteractableException,
            NoSuchElementException,
            StaleElementReferenceException,
        )
        try:
            return WebDriverWait(self.driver, SECONDS, 0.05, ignored).until(lambda _: seen())
        except TimeoutException as error:
            raise AssertionError(f"the page shows:\n{self.text('body')}") from error

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return str(self.find(selector).text)

    def press(self, selector: str) -> None:
        """Clicks, as soon as that can be done."""

        def clicked() -> bool:
            self.find(selector).click()
            return True

        self.wait(clicked)

    def type(self, text: str, place: str = "#composer") -> None:
        """Types into the box and sends; a newline in the text is typed with Shift."""
        box = self.wait(lambda: self.find(f"{place} textarea"))
        for index, line in enumerate(text.split("\n")):
            box.send_keys(*([Keys.SHIFT + Keys.ENTER + Keys.NULL] if index else []), line)
        box.send_keys(Keys.ENTER)

    def message(self, ts: str, place: str = "#timeline") -> WebElement:
        """The element of a message, once it is there."""
        return self.wait(lambda: self.find(self.at(ts, place)))

    @staticmethod
    def at(ts: str, place: str = "#timeline") -> str:
        return f'{place} [data-ts="{ts}"]'

    def wait_for_text(self, words: str, selector: str = "#timeline") -> None:
        self.wait(lambda: words in self.text(selector))

    def overflows(self) -> bool:
        """True if something is wider than the window."""
        script = "return document.documentElement.scrollWidth > window.innerWidth"
        return bool(self.driver.execute_script(script))

    def complaints(self) -> list[str]:
        """What the browser's console has against the page since the last time, failed requests left out."""
        log: list[dict[str, str]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's gap
        return [entry["message"] for entry in log if entry["source"] != "network"]
