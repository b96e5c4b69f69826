"""A line on whether somebody else has to approve the deploy, or has done so."""

from __future__ import annotations

from shippy.chat.card.kit import section
from shippy.chat.card.limits import ROOM_FOR_APPROVAL, told
from shippy.chat.card.scene import Block, Scene
from shippy.chat.card.times import clock
from shippy.model import Phase

WITH_APPROVAL = {Phase.VERIFYING, Phase.ROLLING, Phase.COMMITTING, Phase.UNMERGED}
MOST_REASONS = 6


def approval(scene: Scene) -> list[Block]:
    return section(_lines(scene), ROOM_FOR_APPROVAL) if scene.deploy.phase in WITH_APPROVAL else []


def missing(scene: Scene) -> bool:
    """Whether the deploy as a whole may get no more traffic, and whatever else is typed about it is refused."""
    reasons = scene.deploy.approval_missing(scene.now)
    return scene.deploy.phase in WITH_APPROVAL and any(not reason.rule.of_the_moment for reason in reasons)


def _lines(scene: Scene) -> list[str]:
    deploy = scene.deploy
    reasons, known = deploy.approval_missing(scene.now), deploy.approval
    if reasons:
        over = f"what *{scene.name(known.by)}* has approved does not hold any more" if known and known.by else ""
        why = [told(reason.detail) for reason in reasons[:MOST_REASONS]]
        return [f"🔏 *Somebody else has to approve it:* {' · '.join(filter(None, [*why, over]))}"]
    if known and known.by and known.until and deploy.approved(scene.now):
        return [f"🔏 Approved by *{scene.name(known.by)}* until {clock(known.until, scene.now)}"]
    return []
