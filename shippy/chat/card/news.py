"""What is going on, and what to do next where the buttons do not say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shippy.chat.card.kit import section
from shippy.chat.card.limits import ROOM_FOR_NEWS
from shippy.chat.card.phrases import commit, live, pull_link, reason, undone_by, untouched, wish
from shippy.chat.card.scene import Block, Scene
from shippy.model import ALL, NONE, Phase
from shippy.sentences.merging import way_out


def news(scene: Scene) -> list[Block]:
    tell = NEWS.get(scene.deploy.phase)
    return section(tell(scene), ROOM_FOR_NEWS) if tell else []


def _preparing(_: Scene) -> list[str]:
    return ["No public traffic reaches the new containers."]


def _verifying(_: Scene) -> list[str]:
    return ["No public traffic reaches the new containers yet: look at them, then send them a first share."]


def _rolling(scene: Scene) -> list[str]:
    deploy = scene.deploy
    if deploy.share == ALL:
        return ["*Commit* merges it and makes it final; *Abort* goes back."]
    if deploy.share == NONE:
        return ["No public traffic reaches the new containers any more."]
    return []


def _committing(scene: Scene) -> list[str]:
    deploy = scene.deploy
    merged = f"Merged as {commit(deploy.merged)}." if deploy.merged else "All traffic is on the new containers."
    if scene.stalled:
        return [merged, "⚠️ This commit has stopped half-way: *Commit again* goes on with it."]
    if deploy.merged is None:
        return ["All traffic is on the new containers; merging the branch."]
    if not deploy.swapped:
        return [merged]
    return [f"{merged} The old containers finish what they are doing and are removed."]


def _unmerged(scene: Scene) -> list[str]:
    return [
        *reason(scene.deploy),
        "All traffic is on the new containers; the lock and the old containers are kept. "
        f"{way_out(scene.deploy.refusal, commit='*Commit*', abort='*Abort*')}",
    ]


def _aborting(scene: Scene) -> list[str]:
    deploy = scene.deploy
    why = reason(deploy) if deploy.failing else wish(deploy)
    if not deploy.connected:
        return [*why, f"What was begun is taken back; {untouched(deploy)}."]
    first = f"Traffic goes back to {live(deploy)}" if deploy.live.commit else "Traffic goes first"
    return [*why, f"{first}; then the new containers finish what they are doing and are removed."]


def _undoing(scene: Scene) -> list[str]:
    deploy = scene.deploy
    if deploy.swapped:
        return [undone_by(scene, "undoes"), f"All traffic goes back to {live(deploy)}."]
    revert = f"{pull_link(deploy.revert)} reverts the merge" if deploy.revert else "The merge is being reverted"
    return [
        undone_by(scene, "undoes"),
        f"*{live(deploy)} has 100 % of the traffic again.* {revert}; what was undone finishes what it is doing and is "
        "removed.",
    ]


NEWS: Mapping[Phase, Callable[[Scene], list[str]]] = {
    Phase.PREPARING: _preparing,
    Phase.VERIFYING: _verifying,
    Phase.ROLLING: _rolling,
    Phase.COMMITTING: _committing,
    Phase.UNMERGED: _unmerged,
    Phase.ABORTING: _aborting,
    Phase.UNDOING: _undoing,
}
