"""Brings the branch of a pull request up to date: its base is merged into it."""

from __future__ import annotations

from datetime import UTC, datetime

from playground.github.accounts import Account
from playground.github.hosted import Hosted, Pull
from playground.github.merging import Method, merge, move_branch
from playground.github.repository import Signature


async def update_branch(hosted: Hosted, pull: Pull, by: Account) -> None:
    """Do it.

    Raises:
        MergeConflict: the two do not merge by themselves.
        RefMoved: somebody has pushed to it meanwhile.
    """
    committer = Signature(by.name, by.email, datetime.now(UTC))
    message = f"Merge branch '{pull.base}' into {pull.head}"
    async with hosted.changing:
        sha = await merge(
            hosted.repository, pull.head_sha, pull.base_sha, method=Method.MERGE, message=message, committer=committer
        )
        await move_branch(hosted.repository.git, pull.head, sha, pull.head_sha)
        await hosted.notice(by)
