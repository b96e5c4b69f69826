"""Merges in a bare repository, without a working tree: git's own three-way merge on tree objects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from playground.github.git import Git, GitFailed
from playground.github.repository import Commit, Repository, Signature

CONFLICTED = 1


class Method(StrEnum):
    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


@dataclass
class MergeConflict(Exception):
    """git cannot merge them by itself; `paths` are the files that both have changed."""

    paths: tuple[str, ...]


class RefMoved(Exception):
    """The branch is not at the commit any more that the change was made for."""


async def merged_tree(git: Git, ours: str, theirs: str) -> str:
    """The tree that merging two commits gives.

    Raises:
        MergeConflict: there is none.
    """
    answer = await git.once(
        "merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs, accept=(0, CONFLICTED)
    )
    tree, *paths = answer.out.rstrip("\x00").split("\x00")
    if answer.code == CONFLICTED:
        raise MergeConflict(tuple(paths))
    return tree


async def merge(
    repository: Repository, base: str, head: str, *, method: Method, message: str, committer: Signature
) -> str:
    """Make the commit that a branch at `base` has after `head` was merged into it; no ref is moved.

    Raises:
        MergeConflict: there is no such commit.
    """
    if method is Method.REBASE:
        return await _rebased(repository, base, head, committer)
    tree = await merged_tree(repository.git, base, head)
    parents = [base, head] if method is Method.MERGE else [base]
    return await commit_tree(repository.git, tree, parents, message, author=committer, committer=committer)


async def move_branch(git: Git, branch: str, new: str, old: str) -> None:
    """Move a branch to another commit, if it is still where it is expected to be.

    Raises:
        RefMoved: it is not.
    """
    try:
        await git.run("update-ref", f"refs/heads/{branch}", new, old)
    except GitFailed as error:
        raise RefMoved from error


async def _rebased(repository: Repository, base: str, head: str, committer: Signature) -> str:
    tip = base
    for commit in await repository.log("--reverse", "--topo-order", "--no-merges", f"{base}..{head}"):
        tip = await _cherry_picked(repository.git, tip, commit, committer)
    return tip


async def _cherry_picked(git: Git, tip: str, commit: Commit, committer: Signature) -> str:
    # git 2.39 cannot be told a merge base, so a commit with the tip's tree and the picked commit's parent stands in
    # for the tip: the merge base of that and the picked commit is then the parent, as a cherry-pick needs it.
    tree = (await git.once("rev-parse", f"{tip}^{{tree}}")).out.strip()
    stand_in = await commit_tree(git, tree, list(commit.parents), "", author=committer, committer=committer)
    picked = await merged_tree(git, stand_in, commit.sha)
    return await commit_tree(git, picked, [tip], commit.message, author=commit.author, committer=committer)


async def commit_tree(
    git: Git, tree: str, parents: list[str], message: str, *, author: Signature, committer: Signature
) -> str:
    """Make a commit with this tree, and return it; no ref has it yet."""
    options = [option for parent in parents for option in ("-p", parent)]
    environment = {
        f"GIT_{role}_{field}": value
        for role, who in (("AUTHOR", author), ("COMMITTER", committer))
        for field, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", who.at.isoformat()))
    }
    return (await git.run("commit-tree", tree, *options, stdin=message + "\n", environment=environment)).strip()
