"""Commits that somebody pushes, made on the server: a clone, a commit and a push start some thirty processes of git."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from playground.github.changes import Author, Change, PushRefused
from playground.github.git import GitFailed
from playground.github.hosted import Hosted
from playground.github.refs import HEADS

ORDINARY = "100644"


async def push(hosted: Hosted, branch: str, author: Author, changes: Sequence[Change]) -> str:
    """Put commits on a branch, which begins at the default branch where it is new, and return the last of them.

    Raises:
        PushRefused: the branch is protected, or cannot have this name.
    """
    refs, ref = hosted.repository.refs, f"{HEADS}{branch}"
    async with _pushing(hosted, branch):
        tip = refs.branch(branch) or refs.branch(refs.default_branch())
        who = f"{author.name} <{author.email}> {int(datetime.now(UTC).timestamp())} +0000"
        stream = "".join(_commit(ref, who, change, tip if at == 0 else None) for at, change in enumerate(changes))
        await hosted.repository.git.run("fast-import", "--quiet", "--done", stdin=f"{stream}done\n")
        return str(refs.branch(branch))


async def move(hosted: Hosted, branch: str, sha: str) -> None:
    """Put a branch, which may be new, at a commit, wherever it has been.

    Raises:
        PushRefused: the branch is protected, or cannot have this name, or there is no such commit.
    """
    async with _pushing(hosted, branch):
        await hosted.repository.git.run("update-ref", f"{HEADS}{branch}", sha)


@asynccontextmanager
async def _pushing(hosted: Hosted, branch: str) -> AsyncIterator[None]:
    async with hosted.changing:
        if branch in hosted.protections:
            raise PushRefused(f"GH006: Protected branch update failed for {HEADS}{branch}.")
        try:
            yield
        except GitFailed as error:
            raise PushRefused(error.err) from error
        await hosted.notice(None)


def _commit(ref: str, who: str, change: Change, parent: str | None) -> str:
    """As git-fast-import(1) reads it. Without a parent it follows the one before it, or is the first of all."""
    lines = [f"commit {ref}", f"author {who}", f"committer {who}", _data(change.message + "\n")]
    lines += [f"from {parent}"] if parent else []
    for path, text in change.files.items():
        lines += [f"D {path}"] if text is None else [f"M {ORDINARY} inline {path}", _data(text)]
    return "\n".join(lines) + "\n\n"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"


async def files_of(hosted: Hosted, ref: str) -> dict[str, str] | None:
    """The text of every file of a branch or commit, by its path; None if there is no such commit."""
    sha, git = await hosted.repository.resolve(ref), hosted.repository.git
    if sha is None:
        return None
    listed = (await git.run("ls-tree", "-r", "-z", "--format=%(objectname) %(path)", sha)).split("\x00")[:-1]
    found = [(path, name) for name, _, path in (entry.partition(" ") for entry in listed)]
    return {path: (await git.once("cat-file", "blob", name)).out for path, name in found}
