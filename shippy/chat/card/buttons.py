"""The buttons: the commands that are possible now.

A button's `value` is JSON: the command as it would be typed, and the id of the deploy that it was offered for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum

from shippy.chat.card import approving, confirming
from shippy.chat.card.hosts import unsettled
from shippy.chat.card.kit import actions, plain
from shippy.chat.card.scene import Block, Scene
from shippy.model import NONE, Deploy, Phase, Share, only_pending

SHARES_BLOCK = "shippy_shares"
DEPLOY_BLOCK = "shippy_deploy"
SHARES = tuple(map(Share.of_percent, (5, 10, 25, 50, 100)))
MOST_IN_A_ROW = 5
"""So many are on one line of a wide window."""


class Verb(StrEnum):
    """What a button does; its action_id."""

    PAUSE = "pause"
    RESUME = "resume"
    APPROVE = "approve"
    COMMIT = "commit"
    SHOW_ME = "verify"
    ABORT = "abort"
    RETRY = "retry"
    UNDO = "undo"
    TAKE_OVER = "takeover"
    WHEN_GREEN = "ship_when_green"


OFFERED: Mapping[Phase, tuple[Verb, ...]] = {
    Phase.CHECKING: (Verb.ABORT, Verb.TAKE_OVER),
    Phase.PREPARING: (Verb.ABORT, Verb.TAKE_OVER),
    Phase.VERIFYING: (Verb.APPROVE, Verb.COMMIT, Verb.SHOW_ME, Verb.RETRY, Verb.ABORT, Verb.TAKE_OVER),
    Phase.ROLLING: (Verb.APPROVE, Verb.COMMIT, Verb.SHOW_ME, Verb.RETRY, Verb.ABORT, Verb.TAKE_OVER),
    Phase.COMMITTING: (Verb.COMMIT, Verb.ABORT, Verb.TAKE_OVER),
    Phase.UNMERGED: (Verb.APPROVE, Verb.COMMIT, Verb.ABORT, Verb.TAKE_OVER),
    Phase.ABORTING: (),
    Phase.COMMITTED: (Verb.UNDO,),
    Phase.UNDOING: (),
    Phase.UNDONE: (),
    Phase.REFUSED: (Verb.WHEN_GREEN,),
    Phase.FAILED: (),
    Phase.ABORTED: (),
}
"""For each phase, in the order in which they are shown."""
WITH_SHARES = {Phase.VERIFYING, Phase.ROLLING}

WORDS: Mapping[Verb, str] = {
    Verb.PAUSE: "⏸️ Pause",
    Verb.RESUME: "▶️ Resume",
    Verb.APPROVE: "Approve",
    Verb.COMMIT: "Commit",
    Verb.SHOW_ME: "Show me",
    Verb.RETRY: "Retry failed hosts",
    Verb.ABORT: "Abort",
    Verb.UNDO: "Undo",
    Verb.TAKE_OVER: "Take over",
    Verb.WHEN_GREEN: "Ship when green",
}
COMMANDS: Mapping[Verb, Callable[[Deploy], str]] = {
    Verb.TAKE_OVER: lambda _: "takeover from a button",
    Verb.WHEN_GREEN: lambda deploy: f"ship --wait {deploy.ref} {deploy.app}",
}
"""What a button stands for, where that is more than its verb."""
STYLES: Mapping[Verb, str] = {
    Verb.APPROVE: "primary",
    Verb.COMMIT: "primary",
    Verb.ABORT: "danger",
    Verb.UNDO: "danger",
}
CONFIRMS: Mapping[Verb, Callable[[Scene], Block]] = {
    Verb.ABORT: confirming.abort,
    Verb.UNDO: confirming.undo,
    Verb.TAKE_OVER: confirming.take_over,
}
LABELS: Mapping[Verb, str] = {
    Verb.PAUSE: "Let the share stay as it is for now",
    Verb.RESUME: "Let the share go on by itself",
    Verb.APPROVE: "Agree, as somebody other than the owner, that visitors get the new containers",
    Verb.SHOW_ME: "Get a link that shows the new containers to your own browser",
    Verb.WHEN_GREEN: "Ship it as soon as the checks that are pending have passed",
}


def buttons(scene: Scene) -> list[Block]:
    if not scene.interactive:
        return []
    deploy = scene.deploy
    offered = [_button(verb, scene) for verb in OFFERED[deploy.phase] if POSSIBLE[verb](scene)]
    climb = [_button(verb, scene) for verb in (Verb.PAUSE, Verb.RESUME) if POSSIBLE[verb](scene)]
    shares = [_share(share, deploy) for share in _shares(scene, MOST_IN_A_ROW - len(climb))]
    return [*actions(SHARES_BLOCK, [*climb, *shares]), *actions(DEPLOY_BLOCK, offered)]


def _button(verb: Verb, scene: Scene) -> Block:
    command = COMMANDS[verb](scene.deploy) if verb in COMMANDS else str(verb)
    button = _element(verb, _words(verb, scene.deploy), command, scene.deploy)
    if verb in STYLES:
        button["style"] = STYLES[verb]
    if verb in LABELS:
        button["accessibility_label"] = LABELS[verb]
    if verb in CONFIRMS:
        button["confirm"] = CONFIRMS[verb](scene)
    return button


def _words(verb: Verb, deploy: Deploy) -> str:
    again = verb is Verb.COMMIT and deploy.phase not in WITH_SHARES
    return "Commit again" if again else WORDS[verb]


def _shares(scene: Scene, room: int) -> list[Share]:
    """Back to zero, and up: where there is no room for all of those, the small ones give way."""
    deploy = scene.deploy
    if deploy.phase not in WITH_SHARES or _preparing_hosts(deploy):
        return []
    back = [NONE] if deploy.share > NONE else []
    higher = [] if approving.missing(scene) else [share for share in SHARES if share > deploy.share]
    return back + higher[max(0, len(back) + len(higher) - room) :]


def _preparing_hosts(deploy: Deploy) -> bool:
    """A retry is under way, which only an abort may interrupt."""
    return deploy.phase in WITH_SHARES and unsettled(deploy)


def _share(share: Share, deploy: Deploy) -> Block:
    percent = f"{share.basis_points // 100}"
    label = f"Send {share} of the public traffic to the new containers"
    words = f"Back to {share}" if share < deploy.share else str(share)
    return _element(f"rollout_{percent}", words, f"rollout {percent}", deploy) | {"accessibility_label": label}


def _element(action: str, words: str, command: str, deploy: Deploy) -> Block:
    value = json.dumps({"command": command, "deploy": deploy.id})
    return {"type": "button", "action_id": action, "text": plain(words), "value": value}


def _may_pause(scene: Scene) -> bool:
    ramp = scene.deploy.ramp
    return scene.deploy.phase in WITH_SHARES and ramp is not None and ramp.due is not None


def _may_resume(scene: Scene) -> bool:
    ramp = scene.deploy.ramp
    return scene.deploy.phase in WITH_SHARES and ramp is not None and ramp.due is None


def _may_commit(scene: Scene) -> bool:
    if approving.missing(scene):
        return False
    return scene.stalled if scene.deploy.phase is Phase.COMMITTING else not _preparing_hosts(scene.deploy)


POSSIBLE: Mapping[Verb, Callable[[Scene], bool]] = {
    Verb.PAUSE: _may_pause,
    Verb.RESUME: _may_resume,
    Verb.APPROVE: lambda scene: bool(scene.deploy.approval_missing(scene.now)),
    Verb.COMMIT: _may_commit,
    Verb.SHOW_ME: lambda scene: scene.pins and not _preparing_hosts(scene.deploy),
    Verb.RETRY: lambda scene: bool(scene.deploy.setbacks) and not _preparing_hosts(scene.deploy),
    Verb.ABORT: lambda scene: scene.deploy.merged is None,
    Verb.UNDO: lambda scene: scene.undoable,
    Verb.TAKE_OVER: lambda scene: scene.deploy.merged is None or scene.stalled,
    Verb.WHEN_GREEN: lambda scene: only_pending(scene.deploy.checks),
}
"""Whether what a phase offers is possible as things are."""
