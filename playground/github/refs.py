"""The refs of a bare repository, read from its files (gitrepository-layout(5)).

Most requests ask for one, and starting git for each takes longer than all the rest of the request.
"""

from __future__ import annotations

import contextlib
import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHA = re.compile(r"[0-9a-f]{40}")
# git-check-ref-format(1): what no name of a ref has. A name with one of them could mean something else to git.
NOT_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/$|\.lock(/|$)")
HEADS = "refs/heads/"
SYMBOLIC = "ref: "
# A directory has the name where there are branches below it, and a file is above it where there is one.
ABSENT = {errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG}


@dataclass(frozen=True, slots=True)
class Refs:
    """Those of the bare repository at `directory`."""

    directory: Path

    def read(self, name: str) -> str | None:
        """The object that a ref has, by its whole name: refs/heads/master. It may be a tag. None if there is none."""
        if NOT_IN_A_REF.search(name):
            return None
        return self._loose(name) or dict(self._packed()).get(name)

    def branch(self, name: str) -> str | None:
        return self.read(f"{HEADS}{name}")

    def branches(self) -> dict[str, str]:
        """The commit that each branch has, by name, in the order of the names."""
        # A ref is packed before its file goes. So what is in neither, in this order, is not there.
        found = {str(path.relative_to(self.directory)): path for path in (self.directory / HEADS).rglob("*")}
        loose = {name: sha for name in found if not name.endswith(".lock") and (sha := self._loose(name))}
        packed = {name: sha for name, sha in self._packed() if name.startswith(HEADS)}
        return {name.removeprefix(HEADS): sha for name, sha in sorted((packed | loose).items())}

    def default_branch(self) -> str:
        return (self.directory / "HEAD").read_text().strip().removeprefix(f"{SYMBOLIC}{HEADS}")

    def _loose(self, name: str) -> str | None:
        try:
            text = (self.directory / name).read_text().strip()
        except OSError as error:
            if error.errno not in ABSENT:
                raise
            return None
        return text if SHA.fullmatch(text) else None

    def _packed(self) -> Iterator[tuple[str, str]]:
        with contextlib.suppress(FileNotFoundError):
            for line in (self.directory / "packed-refs").read_text().splitlines():
                sha, _, name = line.partition(" ")
                # The others are a heading, and what the tags before them stand for.
                if SHA.fullmatch(sha):
                    yield name, sha
