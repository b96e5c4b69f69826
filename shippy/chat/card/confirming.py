"""The question before a button does what no other button takes back."""

from __future__ import annotations

from shippy.chat.card.kit import marked, plain
from shippy.chat.card.phrases import live
from shippy.chat.card.scene import Block, Scene
from shippy.model import Deploy, Phase


def abort(scene: Scene) -> Block:
    confirm = _confirm("Abort this deploy?", _what_an_abort_does(scene.deploy), "Abort", "Keep it running")
    return confirm | {"style": "danger"}


def undo(scene: Scene) -> Block:
    confirm = _confirm("Undo this deploy?", _what_an_undo_does(scene.deploy), "Undo", "Keep it live")
    return confirm | {"style": "danger"}


def take_over(scene: Scene) -> Block:
    owner = scene.name(scene.deploy.owner)
    return _confirm("Take over this deploy?", f"It becomes yours, and {owner} is told.", "Take over", "Leave it")


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


def _confirm(title: str, text: str, yes: str, no: str) -> Block:
    return {"title": plain(title), "text": marked(text), "confirm": plain(yes), "deny": plain(no)}
