"""Forks: repositories of other owners, from which pull requests come."""

from __future__ import annotations

from playground.github.accounts import Account
from playground.github.hosted import Hosted
from playground.github.site import Site


async def make_fork(site: Site, parent: Hosted, owner: str, by: Account) -> Hosted:
    """Make a fork for an owner, with the branches that there are now, or return the one that is there.

    Raises:
        ValueError: no owner can have this name.
    """
    made = await site.create(owner, parent.repository.name)
    if owner not in parent.forks:
        await made.repository.fetch(parent.repository, "refs/heads/*:refs/heads/*")
        made.parent = parent
        parent.forks[owner] = made
        await made.notice(by)
    return made
