"""How a deploy ended: what happened, what that means, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shippy.chat.card.kit import section
from shippy.chat.card.limits import LONGEST_NAME, LONGEST_REF, ROOM_FOR_NEWS, coded, shortened, told
from shippy.chat.card.phrases import commit, live, pull_link, reason, undone_by, untouched, wish
from shippy.chat.card.scene import Block, Scene
from shippy.chat.card.times import clock
from shippy.model import Deploy, Phase
from shippy.sentences.leaving import REVERTING_PULL
from shippy.sentences.phrases import blocked, counted, first_of, listed, sentence

FREE = "The lock is free."
MOST_LEFT = 3
MOST_PULLED = 5


def ending(scene: Scene) -> list[Block]:
    return section(ENDINGS[scene.deploy.phase](scene), ROOM_FOR_NEWS)


def _committed(scene: Scene) -> list[str]:
    deploy = scene.deploy
    shipped = commit(deploy.commit) if deploy.commit else coded(deploy.ref)
    # What was in the main branch already is merged as itself.
    merged = f", merged as {commit(deploy.merged)}" if deploy.merged not in {None, deploy.commit} else ""
    lines = [f"{shipped} is live with 100 % of the traffic{merged}. {FREE}"]
    if deploy.setbacks:
        up = f"{len(deploy.ready)} of {counted(len(deploy.hosts), 'host')}"
        lines.append(f"⚠️ It runs on {up}; the next deploy tries the others again.")
    return [*lines, *_before(scene), *_left(deploy.left)]


def _before(scene: Scene) -> list[str]:
    """What has become of the release from before: as long as it is warm, it can be live again at once."""
    deploy = scene.deploy
    if scene.undoable and scene.warm_until is not None:
        undo = "*Undo*" if scene.interactive else _command(scene, "undo")
        until = clock(scene.warm_until, scene.now)
        return [f"♨️ The old containers stay warm until {until}: {undo} puts all traffic back on {live(deploy)}."]
    if deploy.first or deploy.left:
        return []
    if deploy.drained:
        return ["The old containers are gone."]
    return ["The old containers finish what they are doing and are removed."] if deploy.retiring else []


def _refused(scene: Scene) -> list[str]:
    deploy = scene.deploy
    free = f"No container was touched. {FREE}{_pulled(deploy)}"
    again = _command(scene, f"ship {deploy.ref}")
    blocking = sum(result.in_the_way for result in deploy.checks)
    if blocking:
        look = _command(scene, f"checks {deploy.ref}")
        why = sentence(blocked(blocking, len(deploy.checks)))
        return [f"{why} {free}", f"{look} looks again; once all is right, {again} ships it."]
    return [*reason(deploy), free, f"Once that is right, {again} tries again."]


def _pulled(deploy: Deploy) -> str:
    if not deploy.pulled:
        return ""
    hosts = listed(told(host, LONGEST_NAME) for host in first_of(deploy.pulled, MOST_PULLED))
    return f" The image is on {hosts} by now."


def _failed(scene: Scene) -> list[str]:
    deploy = scene.deploy
    logs = "The thread has the last log lines. " if deploy.setbacks else ""
    return [
        *reason(deploy),
        *_taken_back(deploy, untouched(deploy)),
        f"{logs}Once that is right, {_command(scene, f'ship {deploy.ref}')} tries again.",
    ]


def _aborted(scene: Scene) -> list[str]:
    deploy = scene.deploy
    if deploy.connected and deploy.live.commit:
        now = f"{live(deploy)} has 100 % of the traffic again"
    else:
        now = untouched(deploy)
    again = f"{_command(scene, f'ship {deploy.ref}')} begins again."
    return [*wish(deploy), *_taken_back(deploy, now), *_merge_to_revert(deploy), again]


def _merge_to_revert(deploy: Deploy) -> list[str]:
    """What an abort cannot take back: it was given while a merge was in flight, or its answer was lost."""
    ref = coded(deploy.ref)
    if deploy.merged:
        return [f"⚠️ {ref} was merged all the same, and is not in production: revert it on GitHub, or ship it again."]
    if deploy.merging:
        return [f"⚠️ GitHub did not say whether {ref} was merged: look there, and revert it if so."]
    return []


def _undone(scene: Scene) -> list[str]:
    deploy = scene.deploy
    left = tuple(what for what in deploy.left if what != REVERTING_PULL)
    traffic = [] if left else [f"*{live(deploy)} has 100 % of the traffic again.*"]
    if deploy.revert:
        todo = f"merge {pull_link(deploy.revert)}, the revert"
    elif REVERTING_PULL in deploy.left:
        traffic.append("⚠️ No pull request could be opened that reverts the merge.")
        todo = "take it out of the main branch by hand"
    else:
        todo = "GitHub had no merge to revert, so put the main branch right"
    locked = f"🔒 Ships are locked: {todo}, then {_command(scene, 'unlock')}."
    return [undone_by(scene, "has undone"), *traffic, locked, *_left(left)]


def _taken_back(deploy: Deploy, now: str) -> list[str]:
    """What is left behind may be traffic, so that nothing is claimed about it then."""
    if deploy.left:
        return [f"Everything new was to be removed. {FREE}", *_left(deploy.left)]
    return [f"Everything new is removed; {now}. {FREE}"]


def _left(left: Sequence[str]) -> list[str]:
    if not left:
        return []
    what = listed(told(each, LONGEST_REF) for each in first_of(left, MOST_LEFT))
    return [f"⚠️ Left for later: {what}. The next deploy puts it right, if not before."]


def _command(scene: Scene, command: str) -> str:
    bot = shortened(scene.bot, LONGEST_NAME)
    return coded(f"{bot} {shortened(command, LONGEST_REF)}", LONGEST_NAME + LONGEST_REF + 1)


ENDINGS: Mapping[Phase, Callable[[Scene], list[str]]] = {
    Phase.COMMITTED: _committed,
    Phase.REFUSED: _refused,
    Phase.FAILED: _failed,
    Phase.ABORTED: _aborted,
    Phase.UNDONE: _undone,
}
