"""Reads a bare repository: branches, commits, and what a name that somebody gave stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playground.github.git import Git
from playground.github.refs import HEADS, Refs

SHORT_SHA = re.compile(r"[0-9a-f]{4,40}")

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
    """One bare repository, `owner/name`. `_commits` are those that were read before: a commit never changes."""

    owner: str
    name: str
    git: Git
    _commits: dict[str, Commit] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    async def create(cls, owner: str, name: str, directory: Path, default_branch: str) -> Repository:
        directory.mkdir(parents=True)
        repository = cls(owner, name, Git(directory))
        await repository.git.run("init", "--quiet", "--bare", f"--initial-branch={default_branch}")
        return repository

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def refs(self) -> Refs:
        return Refs(self.git.directory)

    async def resolve(self, ref: str) -> str | None:
        """The commit of a branch, tag, full ref, or (short, unambiguous) SHA; None if it is not one of them."""
        if ref.startswith("refs/"):
            return await self._at(ref)
        for name in (f"{HEADS}{ref}", f"refs/tags/{ref}", f"refs/{ref}"):
            if found := await self._at(name):
                return found
        return await self._peeled(ref) if SHORT_SHA.fullmatch(ref) else None

    async def _at(self, name: str) -> str | None:
        sha = self.refs.read(name)
        return sha if sha is None or name.startswith(HEADS) else await self._peeled(sha)

    async def _peeled(self, sha: str) -> str | None:
        """The commit that an object is, or that it is a tag of; None if it is anything else."""
        if sha in self._commits:
            return sha
        asked = f"{sha}^{{commit}}\n"
        answer = await self.git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked)
        found, _, kind = answer.strip().partition(" ")
        return found if kind == "commit" else None

    async def commit(self, sha: str) -> Commit:
        if sha not in self._commits:
            self._commits[sha] = (await self.log("--max-count=1", sha))[0]
        return self._commits[sha]

    async def log(self, *arguments: str) -> list[Commit]:
        """The commits that `git log` gives for these arguments, in its order."""
        listed = await self.git.run("log", f"--format={_LOG_FORMAT}", *arguments, "--")
        return [_commit(record.lstrip("\n")) for record in listed.split("\x01") if record.strip()]

    async def fetch(self, other: Repository, refs: str) -> None:
        """Get what another repository on this machine has: `refs/heads/*:refs/heads/*`."""
        await self.git.run("fetch", "--quiet", "--no-write-fetch-head", str(other.git.directory), refs)

    async def contains(self, descendant: str, ancestor: str) -> bool:
        answer = await self.git.once("merge-base", "--is-ancestor", ancestor, descendant, accept=(0, 1))
        return answer.code == 0


def _commit(record: str) -> Commit:
    sha, tree, parents, *people, message, _ = record.split("\x00")
    author, committer = (
        Signature(name, email, datetime.fromisoformat(at)) for name, email, at in (people[:3], people[3:])
    )
    return Commit(sha, tree, tuple(parents.split()), author, committer, message.rstrip("\n"))
