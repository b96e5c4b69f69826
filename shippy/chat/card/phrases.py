"""Pieces that several parts of a card say."""

from __future__ import annotations

from shippy.chat.card.limits import coded, linked, told
from shippy.chat.card.scene import Scene
from shippy.model import Deploy, PullRequest
from shippy.sentences.phrases import sentence, short


def first_line(text: str) -> str:
    """What of a reason fits in a sentence: a list that follows it is shown on its own."""
    return text.strip().partition("\n")[0].rstrip(" :.")


def reason(deploy: Deploy) -> list[str]:
    """The deploy's reason as a sentence, if it has one."""
    return [sentence(told(first_line(deploy.reason)))] if first_line(deploy.reason) else []


def wish(deploy: Deploy) -> list[str]:
    """Why somebody aborted the deploy, if they said so."""
    return [f"Reason: {told(first_line(deploy.reason))}."] if first_line(deploy.reason) else []


def commit(commit_id: str) -> str:
    return coded(short(commit_id))


def live(deploy: Deploy) -> str:
    """The commit that was live before this deploy."""
    return commit(deploy.live.commit or "")


def untouched(deploy: Deploy) -> str:
    """What is live is not known before the ref is resolved."""
    if deploy.revision is None:
        return "what is live was never touched"
    return f"{live(deploy)} is live and was never touched" if deploy.live.commit else "nothing is live yet"


def pull_link(pull: PullRequest) -> str:
    """ "#13", which leads to the pull request."""
    return linked(pull.url, f"#{pull.number}")


def undone_by(scene: Scene, does: str) -> str:
    """ "*kim* undoes it: the cart is empty."; `does` is the verb."""
    by, why = scene.deploy.undone_by, first_line(scene.deploy.reason)
    who = f"*{scene.name(by)}*" if by else "Somebody"
    return f"{who} {does} it: {told(why)}." if why else f"{who} {does} it."
