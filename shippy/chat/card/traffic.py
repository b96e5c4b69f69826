"""Where the public's requests go, how to see the new containers alone, and where to watch them."""

from __future__ import annotations

from shippy.chat.card.bars import bar
from shippy.chat.card.climb import climb
from shippy.chat.card.judgement import judgement
from shippy.chat.card.kit import context, section
from shippy.chat.card.limits import LONGEST_NAME, ROOM_FOR_FOOTER, ROOM_FOR_TRAFFIC, linked
from shippy.chat.card.scene import Block, Scene
from shippy.model import ALL, NONE, Deploy, Phase

WITH_A_CANDIDATE = {Phase.VERIFYING, Phase.ROLLING, Phase.COMMITTING, Phase.UNMERGED}
MOST_LINKS = 8


def traffic(scene: Scene) -> list[Block]:
    deploy = scene.deploy
    if deploy.phase not in WITH_A_CANDIDATE:
        return []
    lines = [f"{bar(deploy.share.basis_points, ALL.basis_points)} *{deploy.share}* of the traffic{_unanswered(deploy)}"]
    lines += [*climb(scene), *judgement(deploy)]
    # Once it is the stable release, nothing is being verified any more.
    if scene.vip and not deploy.swapped:
        lines.append(f"🔗 {linked(scene.vip, scene.vip)} reaches only the new containers")
    if scene.links:
        lines.append(_watch(scene))
    return section(lines, ROOM_FOR_TRAFFIC)


def where_to_watch(scene: Scene) -> list[Block]:
    """The monitoring links alone, for a release that is live."""
    return context([_watch(scene)], ROOM_FOR_FOOTER) if scene.links else []


def _unanswered(deploy: Deploy) -> str:
    """Before anything is live, the stable slot has nobody to answer."""
    nobody = deploy.live.commit is None and NONE < deploy.share < ALL
    return "; the rest gets no answer, as nothing was live before" if nobody else ""


def _watch(scene: Scene) -> str:
    shown = list(scene.links.items())[:MOST_LINKS]
    return f"📈 {' · '.join(linked(url, name, LONGEST_NAME) for name, url in shown)}"
