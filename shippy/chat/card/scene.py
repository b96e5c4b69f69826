"""What a card is drawn from, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shippy.chat.card.limits import LONGEST_NAME, shortened
from shippy.model import Deploy, HostProgress, Person, Phase, Turns

Block = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """A message: blocks within Slack's limits, and one line that says the same where blocks are not shown."""

    blocks: list[Block]
    text: str


@dataclass(frozen=True)
class Scene:
    """A deploy at one moment, with all that its card tells.

    `progress` is by host, and only of hosts that are being prepared. `vip` is the URL that reaches only the new
    containers, and `links` are the monitoring tools' URLs by their names, filled in for this deploy. `bot` is the name
    that commands begin with. `turns` are those of the deploy's lock. `mention` gives the way to name somebody in the
    chat's markup that notifies nobody. A chat that is not `interactive` does not tell who presses a button. The release
    from before stays warm until `warm_until`, if it does at all. A deploy that is `stalled` has a step to finish that
    nobody is at, and where `pins` are to be had, a browser can be shown the new containers at any share.
    """

    deploy: Deploy
    progress: Mapping[str, HostProgress]
    now: datetime
    vip: str
    links: Mapping[str, str]
    bot: str
    turns: Turns
    mention: Callable[[Person], str]
    interactive: bool = True
    warm_until: datetime | None = None
    stalled: bool = False
    pins: bool = False

    @property
    def undoable(self) -> bool:
        """Whether what was live before this deploy is still warm."""
        deploy = self.deploy
        if deploy.phase is not Phase.COMMITTED or deploy.retiring or deploy.drained:
            return False
        return self.warm_until is not None and self.now < self.warm_until

    def name(self, person: Person) -> str:
        """Somebody's name as markup, not longer than there is room for."""
        return self.mention(replace(person, name=shortened(person.name, LONGEST_NAME)))
