"""python -m playground.screenshots: ships a branch in a whole local world, and takes the README's pictures of it."""

from __future__ import annotations

import base64
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.support.wait import WebDriverWait

from playground.browser import chromium, resize
from playground.machine.packages import MissingPrograms
from playground.machine.topology import NoEngine
from playground.stage import OWNER, Stage, start_stage

IMAGES = Path(__file__).parents[1] / "docs" / "images"
BRANCH = "green-button"
COLLEAGUE = "kim"
DESK = (1100, 900)
PHONE = (390, 800)
SHOWN_SECONDS = 20.0
MARGIN = 6
WIDTH = 750
"""How much of a desk's width is in a picture, in CSS pixels: as far as the words go."""
ENLARGED = 8 / 5

HAS_HEADER = """
    const headers = document.querySelectorAll("#timeline .block-header");
    return headers.length > 1 && headers[headers.length - 1].textContent.includes(arguments[0]);
"""
# The last deploy's message, what was typed for it, and what was said in the channel since.
PLACE = """
    const card = [...document.querySelectorAll("#timeline .message:has(.block-header)")].at(-1);
    const typed = card.previousElementSibling.getBoundingClientRect();
    const last = [...document.querySelectorAll("#timeline .message")].at(-1);
    return [typed.left, typed.top, last.getBoundingClientRect().bottom];
"""


class Album:
    """Takes pictures of the chat as its owner sees it."""

    def __init__(self, driver: webdriver.Chrome, stage: Stage) -> None:
        self._driver = driver
        self._page = f"{stage.slack.url}/?as={OWNER}"

    def deploy(self, name: str, header: str) -> None:
        """The message of the deploy, once its header says so, and what follows it."""
        self._open(DESK, header)
        left, top, bottom = self._driver.execute_script(PLACE)
        self._save(name, (left + 1, top - MARGIN), (WIDTH, bottom - top + 2 * MARGIN), ENLARGED)

    def phone(self, name: str, header: str) -> None:
        """The whole page, as on a phone."""
        self._open(PHONE, header)
        self._save(name, (0, 0), PHONE, 2)

    def _open(self, size: tuple[int, int], header: str) -> None:
        resize(self._driver, *size)
        self._driver.get(self._page)
        shown = WebDriverWait(self._driver, SHOWN_SECONDS, 0.1)
        shown.until(lambda driver: driver.execute_script(HAS_HEADER, header), f"no message says {header}")

    def _save(self, name: str, corner: tuple[float, float], size: tuple[float, float], scale: float) -> None:
        clip = {"x": corner[0], "y": corner[1], "width": size[0], "height": size[1], "scale": scale}
        shot = self._driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})
        IMAGES.mkdir(parents=True, exist_ok=True)
        (IMAGES / name).write_bytes(base64.b64decode(shot["data"]))


def main() -> None:
    try:
        _take()
    except (MissingPrograms, NoEngine) as error:
        sys.exit(str(error))


def _take() -> None:
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="shippy-screenshots-")))
        stage = start_stage(folder, ending, _say)
        stage.go_live()
        album = Album(ending.enter_context(chromium(folder / "chromium")), stage)
        typed = stage.slack.type(OWNER, f"shippy ship {BRANCH}")
        stage.wait_for(typed, "Ready to verify on")
        card = stage.slack.messages(since=typed)[0]["ts"]
        album.deploy("deploy-0.png", "Ready to verify")
        stage.slack.click(OWNER, card, "rollout_25")
        album.deploy("deploy-25.png", "25 %")
        album.phone("deploy-phone.png", "25 %")
        stage.slack.click(OWNER, card, "commit")
        album.deploy("deploy-committed.png", "Live")
        stage.slack.click(COLLEAGUE, card, "undo")
        album.deploy("deploy-undone.png", "Undone")
    _say(f"The pictures are in {IMAGES}.")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
