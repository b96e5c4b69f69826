"""How it is shipped, if not in the ordinary way: past checks, or once they are green."""

from __future__ import annotations

from shippy.chat.card.kit import section
from shippy.chat.card.limits import LONGEST_REASON, LONGEST_REF, ROOM_FOR_WAYS, told
from shippy.chat.card.scene import Block, Scene
from shippy.chat.card.times import clock
from shippy.model import CheckResult, Phase
from shippy.sentences.phrases import first_of, listed

MOST_NAMES = 5


def ways(scene: Scene) -> list[Block]:
    return section([*_override(scene), *_waiting(scene)], ROOM_FOR_WAYS)


def _override(scene: Scene) -> list[str]:
    deploy = scene.deploy
    if not deploy.override:
        return []
    skipped = [result for result in deploy.checks if result.skipped]
    names = f" Skipped: {_names(skipped)}." if skipped else ""
    return [f"⏩ *Past the checks:* {told(deploy.override.removesuffix('.'), LONGEST_REASON)}.{names}"]


def _waiting(scene: Scene) -> list[str]:
    deploy = scene.deploy
    if deploy.phase is not Phase.CHECKING or deploy.waiting_until is None:
        return []
    pending = _names([result for result in deploy.checks if result.in_the_way])
    until = clock(deploy.waiting_until, scene.now)
    return [f"⏳ *Waiting* for {pending}, until {until} at the latest. The lock is held; *Abort* stops it."]


def _names(results: list[CheckResult]) -> str:
    return listed(told(name, LONGEST_REF) for name in first_of([result.name for result in results], MOST_NAMES))
