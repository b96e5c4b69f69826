"""A clone of a repository in a directory of its own, in which somebody commits, and from which they push."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from playground.github.changes import Author, PushRefused
from playground.github.git import ENVIRONMENT

GIT_SECONDS = 60.0


class Checkout:
    """Use as a context manager: the directory is there in between."""

    def __init__(self, url: str, author: Author) -> None:
        self._url = url
        self._author = author
        self._temporary = tempfile.TemporaryDirectory(prefix="playground-checkout-")
        self.directory = Path(self._temporary.name)

    def __enter__(self) -> Self:
        self.git("clone", "--quiet", self._url, ".")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._temporary.cleanup()

    def switch(self, branch: str) -> None:
        """Go to a branch of the server, or to a new one that starts here."""
        known = self.git("branch", "--remotes", "--list", f"origin/{branch}")
        self.git("switch", "--quiet", *([branch] if known else ["--create", branch]))

    def commit(self, path: str, content: str, message: str) -> str:
        """Write one file and commit it; returns the commit."""
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        self.git("add", path)
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def push(self, *options: str) -> None:
        """Push the current branch.

        Raises:
            PushRefused: the server does not want it.
        """
        try:
            self.git("push", "--quiet", *options, "origin", "HEAD")
        except subprocess.CalledProcessError as error:
            raise PushRefused(error.stderr) from error

    def git(self, *arguments: str) -> str:
        """Run a git command here and return what it prints.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        who = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in (("NAME", self._author.name), ("EMAIL", self._author.email))
        }
        command = ["git", "-C", str(self.directory), *arguments]
        finished = subprocess.run(  # noqa: S603 - git, with what the playground's own people do
            command, env={**ENVIRONMENT, **who}, capture_output=True, text=True, timeout=GIT_SECONDS, check=True
        )
        return finished.stdout.strip()
