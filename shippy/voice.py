"""The sentences, bound to one config: what is said of an app needs its VIP and its links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from shippy.answers import Answer, Told
from shippy.chat import markup
from shippy.chat.card import Card, Scene, card
from shippy.config.schema import Config, Transport
from shippy.errors import ShippyError
from shippy.events import Entry
from shippy.model import Deploy, HostProgress, Person, Turns
from shippy.sentences import Quote, indented, narrate, narrate_lock, render


class Voice:
    """Puts answers and events into words.

    `finish` makes the plain text fit for where it is shown, and `quote` the lines of a log.
    """

    def __init__(self, config: Config, finish: Callable[[str], str] = str, quote: Quote = indented) -> None:
        self._config = config
        self._finish = finish
        self._quote = quote

    def render(self, said: Answer | ShippyError) -> str:
        """The text of an answer or of an error; what is `Told` is narrated."""
        if isinstance(said, Told):
            return self.narrate(said.entry, said.deploy) or ""
        return self._finish(render(said, bot=self._config.name, quote=self._quote))

    def narrate(self, entry: Entry, deploy: Deploy) -> str | None:
        """The text of an event, or None for one that nobody needs to read."""
        vip, links = self._ways_to(deploy)
        text = narrate(entry, deploy, bot=self._config.name, vip=vip, links=links)
        return self._finish(text) if text else None

    def narrate_lock(self, entry: Entry, holder: Deploy | None) -> str | None:
        """The text of an event of a lock, or None for one that nobody needs to read."""
        text = narrate_lock(entry, holder, bot=self._config.name)
        return self._finish(text) if text else None

    def draw(
        self,
        deploy: Deploy,
        progress: Mapping[str, HostProgress],
        now: datetime,
        turns: Turns,
        *,
        stalled: bool = False,
    ) -> Card:
        """The card of a deploy: with buttons, where the chat can tell who presses them.

        `stalled` tells that nobody goes on with what the deploy was doing.
        """
        vip, links = self._ways_to(deploy)
        app = self._config.apps.get(deploy.app)
        scene = Scene(
            deploy,
            progress,
            now,
            vip,
            links,
            bot=self._config.name,
            turns=turns,
            mention=_named,
            interactive=self._config.chat.transport is Transport.SOCKET_MODE,
            warm_until=_warm_until(deploy, app.traffic.warm) if app else None,
            stalled=stalled,
            pins=app is not None and app.traffic.link_key is not None,
        )
        return card(scene)

    def _ways_to(self, deploy: Deploy) -> tuple[str, dict[str, str]]:
        """The VIP and the links. A deploy can outlive its app's place in the config; its end is told without them."""
        app = self._config.apps.get(deploy.app)
        if app is None:
            return "", {}
        return app.vip, {name: _filled(url, deploy) for name, url in app.links.items()}


def _named(person: Person) -> str:
    """Somebody's name as markup that notifies nobody."""
    return markup.escape(person.name)


def _warm_until(deploy: Deploy, seconds: float) -> datetime | None:
    """When the containers go that were live before this deploy; None where there are none, or they do not stay."""
    if deploy.swapped_at is None or deploy.first or not seconds:
        return None
    return deploy.swapped_at + timedelta(seconds=seconds)


def _filled(url: str, deploy: Deploy) -> str:
    return url.replace("{commit}", deploy.commit or "").replace("{deploy}", deploy.id)
