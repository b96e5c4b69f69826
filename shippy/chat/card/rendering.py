"""A card, from top to bottom."""

from __future__ import annotations

from shippy.chat.card.approving import approval
from shippy.chat.card.buttons import buttons
from shippy.chat.card.checks import checks
from shippy.chat.card.ending import ending
from shippy.chat.card.footer import footer
from shippy.chat.card.headline import fallback, headline
from shippy.chat.card.hosts import hosts
from shippy.chat.card.news import news
from shippy.chat.card.scene import Block, Card, Scene
from shippy.chat.card.traffic import traffic, where_to_watch
from shippy.chat.card.ways import ways
from shippy.chat.card.what import notes, what
from shippy.model import Phase


def card(scene: Scene) -> Card:
    """The living message of a deploy, as it should look now.

    Returns:
        Blocks that Slack takes, whatever the deploy's names, reasons and links are, and one line of text. Neither
        mentions anybody.
    """
    blocks = _ended(scene) if scene.deploy.phase.ended else _running(scene)
    return Card(blocks, fallback(scene))


def _running(scene: Scene) -> list[Block]:
    going_back = scene.deploy.phase in {Phase.ABORTING, Phase.UNDOING}
    progress = [] if going_back else [*checks(scene), *hosts(scene), *traffic(scene)]
    return [
        *headline(scene),
        *what(scene),
        *notes(scene),
        *ways(scene),
        *progress,
        *news(scene),
        *approval(scene),
        *buttons(scene),
        *footer(scene),
    ]


def _ended(scene: Scene) -> list[Block]:
    phase = scene.deploy.phase
    return [
        *headline(scene),
        *what(scene),
        *ways(scene),
        *(checks(scene) if phase is Phase.REFUSED else []),
        *ending(scene),
        *(where_to_watch(scene) if phase is Phase.COMMITTED else []),
        *buttons(scene),
        *footer(scene),
    ]
