"""Makes a git repository's history out of edits: the same edits give the same commits, on every machine."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playground.github.git import ENVIRONMENT
from playground.sample.people import Developer

BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BETWEEN_COMMITS = timedelta(hours=5)
EXECUTABLE, ORDINARY = "100755", "100644"
GIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class File:
    text: str
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """In the file at `path`, `old` becomes `new`."""

    path: str
    old: str
    new: str

    def of(self, file: File) -> File:
        if file.text.count(self.old) != 1:
            raise ValueError(f"{self.old!r} is not in {self.path} exactly once")
        return File(file.text.replace(self.old, self.new), file.executable)


@dataclass(frozen=True, slots=True)
class Change:
    """One commit to be made."""

    author: Developer
    message: str
    edits: tuple[Edit, ...]


Tree = Mapping[str, File]


def tree_of(directory: Path) -> Tree:
    """The files below a directory."""
    files = [path for path in sorted(directory.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(directory)): File(path.read_text(), executable=bool(path.stat().st_mode & 0o100))
        for path in files
    }


def edited(tree: Tree, change: Change) -> Tree:
    """The files after a change."""
    files = dict(tree)
    for edit in change.edits:
        files[edit.path] = edit.of(files[edit.path])
    return files


@dataclass(slots=True)
class History:
    """Commits on branches, gathered as a stream for git fast-import (git-fast-import(1))."""

    _stream: list[str] = field(default_factory=list)
    _commits: int = 0

    def commit(self, branch: str, parent: int | None, author: Developer, message: str, *, tree: Tree) -> int:
        """Add a commit with exactly these files to a branch; returns the mark that names it as a parent."""
        self._commits += 1
        when = int((BEGINNING + BETWEEN_COMMITS * self._commits).timestamp())
        signature = f"{author.name} <{author.email}> {when} +0000"
        lines = [f"commit refs/heads/{branch}", f"mark :{self._commits}", f"author {signature}"]
        lines += [f"committer {signature}", _data(message)]
        lines += [f"from :{parent}"] if parent else []
        lines += ["deleteall"]
        for path, file in tree.items():
            lines += [f"M {EXECUTABLE if file.executable else ORDINARY} inline {path}", _data(file.text)]
        self._stream.append("\n".join(lines) + "\n\n")
        return self._commits

    def write(self, repository: Path) -> None:
        """Put it into the (bare) repository in this directory, which is made if it is not there."""
        git = ["git", "-C", str(repository)]
        repository.mkdir(parents=True, exist_ok=True)
        for command, given in (
            ([*git, "init", "--quiet", "--bare", "--initial-branch=master"], ""),
            ([*git, "fast-import", "--quiet"], "".join(self._stream)),
        ):
            subprocess.run(  # noqa: S603 - git, with the edits of this package
                command, input=given.encode(), env=ENVIRONMENT, check=True, timeout=GIT_SECONDS, capture_output=True
            )


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"
