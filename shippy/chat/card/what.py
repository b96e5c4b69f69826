"""Who ships what: branch, pull request, commit, what it changes and who wrote it; and what to watch out for."""

from __future__ import annotations

from shippy.chat.card.kit import section
from shippy.chat.card.limits import (
    LONGEST_NAME,
    LONGEST_REASON,
    ROOM_FOR_NOTES,
    ROOM_FOR_WHAT,
    coded,
    linked,
    told,
)
from shippy.chat.card.phrases import commit, live
from shippy.chat.card.scene import Block, Scene
from shippy.model import Author, Deploy, Phase
from shippy.sentences.merging import moved_on
from shippy.sentences.phrases import counted, first_of, listed, warnings_of

MOST_AUTHORS = 4
HAS_BEEN_LIVE = {Phase.COMMITTED, Phase.UNDOING, Phase.UNDONE}


def what(scene: Scene) -> list[Block]:
    deploy = scene.deploy
    lines = [f"*{scene.name(deploy.owner)}* {_ships(deploy)} {_named(deploy)}"]
    if deploy.revision and deploy.revision.pull:
        pull = deploy.revision.pull
        lines.append(linked(pull.url, f"#{pull.number} {pull.title}"))
    if deploy.diff_url:
        lines.append(_difference(deploy))
    return section(lines, ROOM_FOR_WHAT)


def notes(scene: Scene) -> list[Block]:
    """What is out of the ordinary, as long as the deploy runs."""
    deploy = scene.deploy
    lines = []
    if deploy.phase is not Phase.UNDOING:
        warnings = [*warnings_of(deploy), *moved_on(deploy)]
        lines += [f"⚠️ *Watch out:* {told(warning, LONGEST_REASON)}." for warning in warnings]
    if deploy.first and deploy.revision and deploy.phase is not Phase.ABORTING:
        lines.append(
            f"🌱 *The first deploy of {told(deploy.app, LONGEST_NAME)}:* there is nothing to compare with, and the "
            "public address has no release to answer with until traffic is sent to this one."
        )
    return section(lines, ROOM_FOR_NOTES)


def _ships(deploy: Deploy) -> str:
    if deploy.phase in HAS_BEEN_LIVE:
        return "shipped"
    return "wanted to ship" if deploy.phase.ended else "ships"


def _named(deploy: Deploy) -> str:
    revision = deploy.revision
    if revision is None:
        return coded(deploy.ref)
    if revision.branch is None and revision.commit.startswith(revision.ref):
        return commit(revision.commit)
    return f"{coded(revision.branch or revision.ref)} at {commit(revision.commit)}"


def _difference(deploy: Deploy) -> str:
    count = counted(deploy.commits, "commit") if deploy.commits else "What changes"
    by = f" by {_authors(deploy.authors)}" if deploy.authors else ""
    base = f", on top of {live(deploy)}" if deploy.live.commit else ""
    return f"{linked(deploy.diff_url, count)}{by}{base}"


def _authors(authors: tuple[Author, ...]) -> str:
    names = first_of([author.login or author.name for author in authors], MOST_AUTHORS)
    return listed(told(name, LONGEST_NAME) for name in names)
