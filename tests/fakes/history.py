"""Commits in memory: each with its parents, who wrote it, and the changes that its files have come to."""

from __future__ import annotations

from hashlib import sha1

from shippy.model import Author

SOMEBODY = Author("somebody", "Somebody", "somebody@example.com")


class History:
    """A commit's files are a set of changes: each commit makes one of its own, and a merge has those of its parents."""

    def __init__(self) -> None:
        self.parents: dict[str, tuple[str, ...]] = {}
        self.authors: dict[str, Author] = {}
        self._changes: dict[str, frozenset[str]] = {}

    def add(self, *parents: str, author: Author = SOMEBODY, change: bool = True) -> str:
        """Without a change of its own, the files are those of its parents together."""
        commit = sha1(f"{len(self.parents)} {parents}".encode(), usedforsecurity=False).hexdigest()
        self._put(commit, parents, author, {commit} if change else set())
        return commit

    def squash(self, base: str, head: str) -> str:
        """One commit on the base, with the files of both."""
        commit = sha1(f"{len(self.parents)} {base} {head}".encode(), usedforsecurity=False).hexdigest()
        self._put(commit, (base,), SOMEBODY, self._changes[head])
        return commit

    def add_alike(self, count: int, parent: str) -> list[str]:
        """So many commits that begin with the same ten digits."""
        commits = [f"a11ce{len(self.parents):05x}{number:030x}" for number in range(count)]
        for commit in commits:
            self._put(commit, (parent,), SOMEBODY, {commit})
        return commits

    def tree(self, *commits: str) -> str:
        """One name for the files of these commits together."""
        changes = sorted(frozenset().union(*(self._changes[commit] for commit in commits)))
        return sha1(" ".join(changes).encode(), usedforsecurity=False).hexdigest()

    def up_to(self, commit: str) -> set[str]:
        """The commit and everything that it descends from."""
        found: set[str] = set()
        waiting = [commit]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.parents[current])
        return found

    def _put(self, commit: str, parents: tuple[str, ...], author: Author, changes: set[str] | frozenset[str]) -> None:
        self.parents[commit] = parents
        self.authors[commit] = author
        self._changes[commit] = frozenset().union(changes, *(self._changes[parent] for parent in parents))
