"""What a card is drawn from, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shippy.chat.card.limits import LONGEST_NAME, shortened
from shippy.model import Deploy, HostProgress, Person, Turns

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
    chat's markup that notifies nobody. A chat that is not `interactive` does not tell who presses a button.
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

    def name(self, person: Person) -> str:
        """Somebody's name as markup, not longer than there is room for."""
        return self.mention(replace(person, name=shortened(person.name, LONGEST_NAME)))
