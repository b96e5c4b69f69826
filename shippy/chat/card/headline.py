"""The card's first line, and the one line of text for notifications."""

from __future__ import annotations

from shippy.chat import markup
from shippy.chat.card.kit import header
from shippy.chat.card.limits import LONGEST_FALLBACK, LONGEST_NAME, LONGEST_REASON, LONGEST_REF, shortened
from shippy.chat.card.phrases import first_line
from shippy.chat.card.scene import Block, Scene
from shippy.model import ALL, NONE, Deploy, Phase
from shippy.sentences.phrases import counted, short

EMOJI = {
    Phase.CHECKING: "🔍",
    Phase.PREPARING: "📦",
    Phase.VERIFYING: "👀",
    Phase.ROLLING: "🚦",
    Phase.COMMITTING: "🏁",
    Phase.UNMERGED: "⚠️",
    Phase.ABORTING: "↩️",
    Phase.COMMITTED: "✅",
    Phase.REFUSED: "⛔",
    Phase.FAILED: "❌",
    Phase.ABORTED: "↩️",
    Phase.UNDOING: "⏪",
    Phase.UNDONE: "⏪",
}
WORDS = {
    Phase.CHECKING: "Running the checks",
    Phase.VERIFYING: "Ready to verify",
    Phase.COMMITTING: "Committing",
    Phase.UNMERGED: "Live, but not merged",
    Phase.COMMITTED: "Live",
    Phase.REFUSED: "Not shipped",
    Phase.FAILED: "Failed",
    Phase.ABORTED: "Aborted",
    Phase.UNDOING: "Undoing",
    Phase.UNDONE: "Undone",
}
WITH_A_REASON = {Phase.REFUSED, Phase.FAILED, Phase.ABORTED, Phase.UNMERGED, Phase.UNDONE}


def headline(scene: Scene) -> list[Block]:
    deploy = scene.deploy
    return [header(f"{EMOJI[deploy.phase]} {_words(deploy)} · {shortened(deploy.app, LONGEST_NAME)}")]


def fallback(scene: Scene) -> str:
    """One line for notifications, with nothing in it that mentions or formats."""
    deploy = scene.deploy
    parts = [f"{EMOJI[deploy.phase]} {_words(deploy)}: {_what(deploy)} to {shortened(deploy.app, LONGEST_NAME)}"]
    parts += [f"by {shortened(deploy.owner.name, LONGEST_NAME)}"]
    if deploy.phase is Phase.VERIFYING:
        parts += [f"{len(deploy.ready)} of {counted(len(deploy.hosts), 'host')} up"]
    if deploy.reason and deploy.phase in WITH_A_REASON:
        parts += [shortened(first_line(deploy.reason), LONGEST_REASON)]
    return markup.escape(shortened(" · ".join(parts), LONGEST_FALLBACK))


def _words(deploy: Deploy) -> str:
    match deploy.phase:
        case Phase.PREPARING:
            return f"Preparing {counted(len(deploy.hosts), 'host')}"
        case Phase.ROLLING if deploy.share == ALL:
            return "100 % of the traffic, not committed yet"
        case Phase.ROLLING if deploy.share == NONE:
            return "Back at 0 % of the traffic"
        case Phase.ROLLING:
            return f"{deploy.share} of the traffic"
        case Phase.ABORTING:
            return "Failed, taking it back" if deploy.failing else "Aborting"
        case phase:
            waits = phase is Phase.CHECKING and deploy.waiting_until is not None
            return "Waiting for the checks" if waits else WORDS[phase]


def _what(deploy: Deploy) -> str:
    revision = deploy.revision
    if revision is None:
        return shortened(deploy.ref, LONGEST_REF)
    name = shortened(revision.branch or revision.ref, LONGEST_REF)
    pull = f' (#{revision.pull.number} "{shortened(revision.pull.title, LONGEST_REF)}")' if revision.pull else ""
    return f"{name}{pull} at {short(revision.commit)}"
