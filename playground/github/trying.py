"""The merge that GitHub tries for every open pull request: a commit that is on no branch."""

from __future__ import annotations

from datetime import UTC, datetime

from playground.github.hosted import Hosted, Pull
from playground.github.merging import MergeConflict, Method, merge
from playground.github.repository import Signature


async def tried_merge(hosted: Hosted, pull: Pull) -> str | None:
    """The commit at refs/pull/…/merge, made anew where a branch has moved; None where they conflict."""
    repository, ref = hosted.repository, f"refs/pull/{pull.number}/merge"
    known = await repository.resolve(ref)
    if known is not None and (await repository.commit(known)).parents == (pull.base_sha, pull.head_sha):
        return known
    by = Signature("GitHub", "noreply@github.com", datetime.now(UTC))
    message = f"Merge {pull.head_sha} into {pull.base_sha}"
    try:
        made = await merge(repository, pull.base_sha, pull.head_sha, method=Method.MERGE, message=message, committer=by)
    except MergeConflict:
        return None
    await repository.git.run("update-ref", ref, made)
    return made
