"""What shippy writes on GitHub, where names and reasons must not mention people or close issues."""

from __future__ import annotations

from shippy.model import Deploy, Person
from shippy.sentences.phrases import deployed, short

LONGEST_TITLE = 256
"""What GitHub takes as the title of a pull request."""
LONGEST_REASON = 1000


def merge_message(deploy: Deploy) -> str:
    """The commit message of the merge: what was shipped to which app and, as trailers, by whom and in which deploy.

    A name is whatever somebody calls themselves in the chat: here it is on one line and mentions nobody on GitHub.
    """
    login = f" (@{deploy.login})" if deploy.login else ""
    return f"Ship {deployed(deploy)} to {deploy.app}\n\nShipped-by: {_name(deploy.owner)}{login}\nDeploy: {deploy.id}"


def revert_message(deploy: Deploy) -> tuple[str, str]:
    """The title and the text of the pull request that takes a merge back after an undo."""
    pull = deploy.revision.pull if deploy.revision else None
    title = f"Revert: {pull.title if pull else deployed(deploy)}"
    if len(title) > LONGEST_TITLE:
        title = f"{title[: LONGEST_TITLE - 1]}…"
    ref = verbatim(deploy.revision.branch or deploy.revision.ref) if deploy.revision else verbatim(deploy.ref)
    what = f"#{pull.number} ({ref})" if pull else ref
    commit = f" at {deploy.commit}" if deploy.commit else ""
    by = deploy.undone_by
    reason = f": {verbatim(deploy.reason)}" if deploy.reason.strip() else ""
    live = short(deploy.live.commit) if deploy.live.commit else "the release from before"
    main = pull.base if pull else "the main branch"
    text = (
        f"{what}{commit} was live on {deploy.app} and was undone{f' by {_name(by)}' if by else ''}{reason}.\n\n"
        f"In production, {live} is live again. Merging this takes the change out of {main} as well, and leaves alone "
        "what came after it. Ships are locked until somebody unlocks them.\n\n"
        "To ship the change again later, first revert this pull request on its branch: git does not merge the same "
        "commits twice.\n\n"
        f"Shipped-by: {_name(deploy.owner)}\nDeploy: {deploy.id}"
    )
    return title, text


def _name(person: Person) -> str:
    return " ".join(person.name.replace("@", " ").split()) or person.id


def verbatim(text: str) -> str:
    """What somebody typed, as code: GitHub takes nothing in it for a mention, a link or the closing of an issue."""
    line = " ".join(text.replace("`", "'").split())
    return f"`{line}`" if len(line) <= LONGEST_REASON else f"`{line[: LONGEST_REASON - 1]}…`"
