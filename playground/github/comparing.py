"""One commit against another, as `git` tells it: how far apart, which commits, which files."""

from __future__ import annotations

from dataclasses import dataclass

from playground.github.repository import Commit, Repository

# GitHub's compare page and API are about the merge base and the head (three dots), and follow renames.
DIFF = ("diff", "--find-renames", "--no-color", "--no-ext-diff")
STATUSES = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
BINARY = "-"


@dataclass(frozen=True, slots=True)
class FileChange:
    path: str
    sha: str
    status: str
    additions: int
    deletions: int
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`commits` are those that head has and base lacks, oldest first."""

    base: Commit
    head: Commit
    merge_base: Commit
    ahead_by: int
    behind_by: int
    commits: tuple[Commit, ...]

    @property
    def status(self) -> str:
        if self.ahead_by and self.behind_by:
            return "diverged"
        if self.ahead_by:
            return "ahead"
        return "behind" if self.behind_by else "identical"


async def apart(repository: Repository, base: str, head: str) -> tuple[int, int]:
    """How many commits head has that base lacks, and the other way round."""
    counts = await repository.git.once("rev-list", "--left-right", "--count", f"{base}...{head}")
    behind_by, ahead_by = (int(count) for count in counts.out.split())
    return ahead_by, behind_by


async def compare(repository: Repository, base: str, head: str) -> Comparison | None:
    """Compare two commits given by their SHAs; None if their histories have nothing in common."""
    found = await repository.git.once("merge-base", base, head, accept=(0, 1))
    if found.code:
        return None
    ahead_by, behind_by = await apart(repository, base, head)
    commits = await repository.log("--reverse", "--topo-order", f"{base}..{head}") if ahead_by else []
    return Comparison(
        base=await repository.commit(base),
        head=await repository.commit(head),
        merge_base=await repository.commit(found.out.strip()),
        ahead_by=ahead_by,
        behind_by=behind_by,
        commits=tuple(commits),
    )


async def files_between(repository: Repository, old: str, new: str) -> list[FileChange]:
    """The files that differ between two trees or commits."""
    raw = await repository.git.once(*DIFF, "--raw", "--no-abbrev", "--numstat", "-z", old, new)
    fields = iter(raw.out.split("\x00")[:-1])
    kinds: list[tuple[str, str, str | None, str]] = []
    changes: list[FileChange] = []
    for field in fields:
        if field.startswith(":"):
            _, _, _, sha, letter = field.split(" ")
            first = next(fields)
            previous, path = (first, next(fields)) if letter[0] in "RC" else (None, first)
            kinds.append((path, STATUSES[letter[0]], previous, sha))
            continue
        additions, deletions, path = field.split("\t")
        if not path:
            next(fields)
            path = next(fields)
        path, status, previous, sha = kinds[len(changes)]
        changes.append(FileChange(path, sha, status, _lines(additions), _lines(deletions), previous))
    return changes


def _lines(count: str) -> int:
    return 0 if count == BINARY else int(count)


async def patch_between(repository: Repository, old: str, new: str) -> str:
    """The unified diff between two trees or commits."""
    return await repository.git.run(*DIFF, old, new)
