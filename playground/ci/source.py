"""The source of a commit, as the context of a build: what `git archive` gives, and a busybox beside it."""

from __future__ import annotations

import asyncio
import tarfile
import tempfile
from pathlib import Path

from playground.github.git import Git

EVERYTHING = "+refs/heads/*:refs/heads/*"
BUSYBOX_NAME = "busybox"


class Source:
    """A mirror of the repository at `url`, in `directory`. There is no registry of base images, hence the busybox."""

    def __init__(self, url: str, directory: Path, busybox: Path) -> None:
        self._url = url
        self._directory = directory
        self._busybox = busybox
        self._git = Git(directory)
        self._fetching = asyncio.Lock()

    async def context(self, commit: str) -> bytes:
        """The tar to build this commit from.

        Raises:
            GitFailed: there is no such commit, or the repository does not answer.
        """
        async with self._fetching:
            await self._fetch(commit)
        with tempfile.TemporaryDirectory(prefix="playground-ci-") as directory:
            archive = Path(directory) / "context.tar"
            await self._git.run("archive", "--format=tar", f"--output={archive}", commit)
            with tarfile.open(archive, mode="a") as tar:
                tar.add(self._busybox, arcname=BUSYBOX_NAME)
            return archive.read_bytes()

    async def _fetch(self, commit: str) -> None:
        if not self._directory.exists():
            self._directory.mkdir(parents=True)
            await self._git.run("init", "--quiet", "--bare")
        if (await self._git.attempt("cat-file", "-e", f"{commit}^{{commit}}", accept=(0, 1, 128))).code:
            await self._git.run("fetch", "--quiet", "--prune", self._url, EVERYTHING)
