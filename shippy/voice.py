"""The sentences, bound to one config: what is said of an app needs its VIP and its links."""

from __future__ import annotations

from collections.abc import Callable

from shippy.answers import Answer, Told
from shippy.config.schema import Config
from shippy.errors import ShippyError
from shippy.events import Entry
from shippy.model import Deploy
from shippy.sentences import narrate, render


class Voice:
    """Puts answers and events into words; `finish` makes the plain text fit for where it is shown."""

    def __init__(self, config: Config, finish: Callable[[str], str] = str) -> None:
        self._config = config
        self._finish = finish

    def render(self, said: Answer | ShippyError) -> str:
        if isinstance(said, Told):
            return self.narrate(said.entry, said.deploy) or ""
        return self._finish(render(said, bot=self._config.name))

    def narrate(self, entry: Entry, deploy: Deploy) -> str | None:
        app = self._config.apps[deploy.app]
        links = {name: _filled(url, deploy) for name, url in app.links.items()}
        text = narrate(entry, deploy, bot=self._config.name, vip=app.vip, links=links)
        return self._finish(text) if text else None


def _filled(url: str, deploy: Deploy) -> str:
    return url.replace("{commit}", deploy.commit or "").replace("{deploy}", deploy.id)
