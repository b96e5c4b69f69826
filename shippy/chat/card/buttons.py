"""The buttons: each is a command that is possible now, and the message has no other.

A button's `value` is JSON: the command as it would be typed, and the id of the deploy that it was offered for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from shippy.chat.card.hosts import unsettled
from shippy.chat.card.kit import actions, marked, plain
from shippy.chat.card.phrases import live
from shippy.chat.card.scene import Block, Scene
from shippy.model import NONE, Deploy, Phase, Share

SHARES_BLOCK = "shippy_shares"
DEPLOY_BLOCK = "shippy_deploy"
SHARES = tuple(map(Share.of_percent, (5, 10, 25, 50, 100)))


class Verb(StrEnum):
    """What a button does; its action_id."""

    COMMIT = "commit"
    ABORT = "abort"
    RETRY = "retry"
    UNDO = "undo"
    TAKE_OVER = "takeover"


OFFERED: Mapping[Phase, tuple[Verb, ...]] = {
    Phase.CHECKING: (Verb.ABORT, Verb.TAKE_OVER),
    Phase.PREPARING: (Verb.ABORT, Verb.TAKE_OVER),
    Phase.VERIFYING: (Verb.COMMIT, Verb.RETRY, Verb.ABORT, Verb.TAKE_OVER),
    Phase.ROLLING: (Verb.COMMIT, Verb.RETRY, Verb.ABORT, Verb.TAKE_OVER),
    Phase.COMMITTING: (Verb.ABORT, Verb.TAKE_OVER),
    Phase.UNMERGED: (Verb.COMMIT, Verb.ABORT, Verb.TAKE_OVER),
    Phase.ABORTING: (),
    Phase.COMMITTED: (Verb.UNDO,),
    Phase.UNDOING: (),
    Phase.UNDONE: (),
    Phase.REFUSED: (),
    Phase.FAILED: (),
    Phase.ABORTED: (),
}
"""For each phase, in the order in which they are shown."""
WITH_SHARES = {Phase.VERIFYING, Phase.ROLLING}


def buttons(scene: Scene) -> list[Block]:
    if not scene.interactive:
        return []
    deploy = scene.deploy
    offered = [_button(verb, scene) for verb in OFFERED[deploy.phase] if _possible(verb, deploy)]
    shares = [_share(share, deploy) for share in _shares(deploy)]
    return [*actions(SHARES_BLOCK, shares), *actions(DEPLOY_BLOCK, offered)]


def _possible(verb: Verb, deploy: Deploy) -> bool:
    match verb:
        case Verb.COMMIT:
            return not _preparing_hosts(deploy)
        case Verb.RETRY:
            return bool(deploy.setbacks) and not _preparing_hosts(deploy)
        case Verb.ABORT | Verb.TAKE_OVER:
            return deploy.merged is None
        case Verb.UNDO:
            return deploy.swapped and not deploy.drained and not deploy.first


def _shares(deploy: Deploy) -> list[Share]:
    if deploy.phase not in WITH_SHARES or _preparing_hosts(deploy):
        return []
    back = [NONE] if deploy.share > NONE else []
    return back + [share for share in SHARES if share > deploy.share]


def _preparing_hosts(deploy: Deploy) -> bool:
    """A retry is under way, which only an abort may interrupt."""
    return deploy.phase in WITH_SHARES and unsettled(deploy)


def _share(share: Share, deploy: Deploy) -> Block:
    percent = f"{share.basis_points // 100}"
    label = f"Send {share} of the public traffic to the new containers"
    words = f"Back to {share}" if share < deploy.share else str(share)
    return _element(f"rollout_{percent}", words, f"rollout {percent}", deploy) | {"accessibility_label": label}


def _button(verb: Verb, scene: Scene) -> Block:
    deploy = scene.deploy
    match verb:
        case Verb.COMMIT:
            words = "Commit again" if deploy.phase is Phase.UNMERGED else "Commit"
            return _element(verb, words, "commit", deploy) | {"style": "primary"}
        case Verb.ABORT:
            return _element(verb, "Abort", "abort", deploy) | {"style": "danger", "confirm": _abort(deploy)}
        case Verb.RETRY:
            return _element(verb, "Retry failed hosts", "retry", deploy)
        case Verb.UNDO:
            undo = _confirm("Undo this deploy?", _what_an_undo_does(deploy), "Undo", "Keep it live")
            return _element(verb, "Undo", "undo", deploy) | {"style": "danger", "confirm": undo | {"style": "danger"}}
        case Verb.TAKE_OVER:
            taking = _element(verb, "Take over", "takeover from a button", deploy)
            return taking | {"confirm": _take_over(scene)}


def _element(action: str, words: str, command: str, deploy: Deploy) -> Block:
    value = json.dumps({"command": command, "deploy": deploy.id})
    return {"type": "button", "action_id": action, "text": plain(words), "value": value}


def _abort(deploy: Deploy) -> Block:
    confirm = _confirm("Abort this deploy?", _what_an_abort_does(deploy), "Abort", "Keep it running")
    return confirm | {"style": "danger"}


def _what_an_abort_does(deploy: Deploy) -> str:
    if deploy.phase is Phase.CHECKING:
        return "No container has been touched yet: it ends, and the lock is free."
    if not deploy.connected:
        return "What was begun is taken back, and the lock is free. Live traffic is not touched."
    if deploy.live.commit is None:
        return "The new containers are removed, and nothing is live again."
    return f"All traffic goes back to {live(deploy)}, and the new containers are removed."


def _what_an_undo_does(deploy: Deploy) -> str:
    return f"All traffic goes back to {live(deploy)}, a pull request reverts the merge, and ships are locked."


def _take_over(scene: Scene) -> Block:
    owner = scene.name(scene.deploy.owner)
    return _confirm("Take over this deploy?", f"It becomes yours, and {owner} is told.", "Take over", "Leave it")


def _confirm(title: str, text: str, yes: str, no: str) -> Block:
    return {"title": plain(title), "text": marked(text), "confirm": plain(yes), "deny": plain(no)}
