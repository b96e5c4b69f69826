"""Whether a commit is the repository's own. GitHub answers for those of its forks as well."""

from __future__ import annotations

from itertools import islice

from github.Commit import Commit
from github.PullRequest import PullRequest
from github.Repository import Repository

from shippy.github.faults import or_none
from shippy.github.standing import head_if_contains
from shippy.github.together import both

HEADS_LOOKED_THROUGH = 300
"""How many branches are looked through for one that has the commit as its head: three requests at most."""


def is_own(repository: Repository, commit: str, main: str) -> bool:
    """Whether the main branch has it, or it is the head of a branch, or part of a pull request from one.

    A commit further down a branch without a pull request is not found: GitHub has no question for that.
    """
    merged, head = both(
        lambda: or_none(lambda: head_if_contains(repository, main, commit)),
        lambda: any(branch.commit.sha == commit for branch in islice(repository.get_branches(), HEADS_LOOKED_THROUGH)),
    )
    if merged or head:
        return True
    pulls = or_none(lambda: pulls_of(repository, commit)) or []
    return any(fork_of(pull) is None for pull in pulls)


def pulls_of(repository: Repository, commit: str) -> list[PullRequest]:
    """The pull requests that a commit is in."""
    return list(Commit(repository.requester, url=f"{repository.url}/commits/{commit}").get_pulls())


def fork_of(pull: PullRequest) -> str | None:
    """The repository that a pull request is from, where that is another one; only its owner, where it is gone."""
    if pull.head.repo is None:
        return pull.head.label.partition(":")[0]
    full_name = pull.head.repo.full_name
    return None if full_name.lower() == pull.base.repo.full_name.lower() else full_name
