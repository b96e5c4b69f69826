"""Reads a bare repository: branches, commits, and what a name that somebody gave stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playground.github.git import Git

SHA = re.compile(r"[0-9a-f]{40}")
SHORT_SHA = re.compile(r"[0-9a-f]{4,40}")
# git-check-ref-format(1): what no name of a ref has. A name with one of them could mean something else to git.
NOT_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{")

_FIELDS = ("%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B")
_LOG_FORMAT = "%x00".join(_FIELDS) + "%x00%x01"


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str

    @property
    def title(self) -> str:
        return self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Repository:
    """One bare repository, `owner/name`."""

    owner: str
    name: str
    git: Git

    @classmethod
    async def create(cls, owner: str, name: str, directory: Path, default_branch: str) -> Repository:
        directory.mkdir(parents=True)
        repository = cls(owner, name, Git(directory))
        await repository.git.run("init", "--quiet", "--bare", f"--initial-branch={default_branch}")
        return repository

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    async def default_branch(self) -> str:
        return (await self.git.run("symbolic-ref", "--short", "HEAD")).strip()

    async def branches(self) -> dict[str, str]:
        """The commit that each branch has, by name."""
        listed = await self.git.run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads/")
        return {name: sha for sha, _, name in (line.partition(" ") for line in listed.splitlines())}

    async def branch(self, name: str) -> str | None:
        return await self._first_commit([f"refs/heads/{name}"])

    async def resolve(self, ref: str) -> str | None:
        """The commit of a branch, tag, full ref, or (short, unambiguous) SHA; None if it is not one of them."""
        candidates = [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/{ref}"]
        if ref.startswith("refs/"):
            candidates = [ref]
        if SHORT_SHA.fullmatch(ref):
            candidates.append(ref)
        return await self._first_commit(candidates)

    async def _first_commit(self, names: list[str]) -> str | None:
        if any(NOT_IN_A_REF.search(name) for name in names):
            return None
        asked = "".join(f"{name}^{{commit}}\n" for name in names)
        answers = await self.git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked)
        for answer in answers.splitlines():
            sha, _, kind = answer.partition(" ")
            if kind == "commit":
                return sha
        return None

    async def commit(self, sha: str) -> Commit:
        return (await self.log("--max-count=1", sha))[0]

    async def log(self, *arguments: str) -> list[Commit]:
        """The commits that `git log` gives for these arguments, in its order."""
        listed = await self.git.run("log", f"--format={_LOG_FORMAT}", *arguments, "--")
        return [_commit(record.lstrip("\n")) for record in listed.split("\x01") if record.strip()]

    async def fetch(self, other: Repository, refs: str) -> None:
        """Get what another repository on this machine has: `refs/heads/*:refs/heads/*`."""
        await self.git.run("fetch", "--quiet", "--no-write-fetch-head", str(other.git.directory), refs)

    async def contains(self, descendant: str, ancestor: str) -> bool:
        answer = await self.git.attempt("merge-base", "--is-ancestor", ancestor, descendant, accept=(0, 1))
        return answer.code == 0


def _commit(record: str) -> Commit:
    sha, tree, parents, *people, message, _ = record.split("\x00")
    author, committer = (
        Signature(name, email, datetime.fromisoformat(at)) for name, email, at in (people[:3], people[3:])
    )
    return Commit(sha, tree, tuple(parents.split()), author, committer, message.rstrip("\n"))
