"""What GitHub shows of a deploy: one line, and the comment on its pull request.

The comment is Markdown. What people have written stands in it as code, so that it mentions nobody, links nothing and
closes no issue.
"""

from __future__ import annotations

from shippy.model import Deploy, Phase
from shippy.sentences.on_github import verbatim
from shippy.sentences.phrases import moment

LONGEST_DESCRIPTION = 140
"""What GitHub takes with the status of a deployment."""

IN_WORDS = {
    Phase.CHECKING: "Being checked",
    Phase.REFUSED: "Refused",
    Phase.PREPARING: "Being prepared, no visitor gets it yet",
    Phase.VERIFYING: "Ready to be verified, no visitor gets it yet",
    Phase.UNMERGED: "All visitors get it, but it is not merged",
    Phase.ABORTING: "Being taken back",
    Phase.ABORTED: "Aborted",
    Phase.FAILED: "Failed",
    Phase.UNDOING: "Being undone",
    Phase.UNDONE: "Undone",
}
WITH_REASON = {Phase.UNMERGED, Phase.ABORTING, Phase.ABORTED, Phase.FAILED, Phase.UNDOING, Phase.UNDONE}


def deployment_description(deploy: Deploy, *, superseded: bool = False) -> str:
    """One line of plain text. `superseded`: it was committed, and another release is live since."""
    reason = " ".join(deploy.reason.split()) if deploy.phase in WITH_REASON else ""
    line = f"{_state(deploy, superseded=superseded)}: {reason}" if reason else _state(deploy, superseded=superseded)
    return line if len(line) <= LONGEST_DESCRIPTION else f"{line[: LONGEST_DESCRIPTION - 1]}…"


def deployment_comment(deploy: Deploy, *, superseded: bool = False, link: str | None = None) -> str:
    """What the pull request's comment says; `link` is where the chat has the rest of it."""
    reason = f": {verbatim(deploy.reason)}" if deploy.phase in WITH_REASON and deploy.reason.strip() else ""
    ended = f", ended {moment(deploy.ended)}" if deploy.ended and deploy.phase.ended else ""
    follow = f" · [More in the chat]({link})" if link else ""
    return (
        f"**{_state(deploy, superseded=superseded)}**{reason}\n"
        f"{verbatim(deploy.revision.ref if deploy.revision else deploy.ref)} at {deploy.commit} on `{deploy.app}`\n"
        f"By {verbatim(deploy.owner.name or deploy.owner.id)}, begun {moment(deploy.started)}{ended}{follow}"
    )


def _state(deploy: Deploy, *, superseded: bool) -> str:
    match deploy.phase:
        case Phase.ROLLING:
            return f"{deploy.share} of the visitors get it"
        case Phase.COMMITTING:
            return f"Being committed, {deploy.share} of the visitors get it"
        case Phase.COMMITTED:
            return "Not live any more" if superseded else "Live"
        case phase:
            return IN_WORDS[phase]
