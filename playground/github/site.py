"""All of the playground's GitHub: its repositories on disk, its people, and what is set to go wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from playground.github.accounts import Accounts
from playground.github.apps import Apps
from playground.github.calls import Budget, CallLog
from playground.github.faults import Faults
from playground.github.feed import Feed
from playground.github.git import Git
from playground.github.hooks import Hooks
from playground.github.hosted import Hosted
from playground.github.repository import Repository

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
DEFAULT_BRANCH = "master"

# A push to a protected branch is refused with GitHub's words. The protected ones are in the repository's own config.
PROTECTING_HOOK = """\
#!/bin/sh
git config --get-all playground.protected | grep -Fxq -- "$1" || exit 0
echo "error: GH006: Protected branch update failed for $1." >&2
exit 1
"""


class NoSuchRepository(Exception):
    """There is no repository of this owner and name."""


@dataclass(slots=True)
class Site:
    """`root` holds a bare repository at `<owner>/<name>.git` for each hosted one."""

    root: Path
    accounts: Accounts = field(default_factory=Accounts)
    apps: Apps = field(default_factory=Apps)
    feed: Feed = field(default_factory=Feed)
    faults: Faults = field(default_factory=Faults)
    calls: CallLog = field(default_factory=CallLog)
    budget: Budget = field(default_factory=Budget)
    hooks: Hooks = field(init=False)
    _hosted: dict[str, Hosted] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hooks = Hooks(self.feed)

    def directory(self, owner: str, name: str) -> Path:
        return self.root / owner / f"{name}.git"

    async def create(self, owner: str, name: str) -> Hosted:
        """Make an empty repository, or return the one that is there.

        Raises:
            ValueError: the owner or the name is none.
        """
        if not NAME.fullmatch(owner) or not NAME.fullmatch(name):
            raise ValueError(f"{owner}/{name} is not a name for a repository")
        directory = self.directory(owner, name)
        if not directory.exists():
            await Repository.create(owner, name, directory, DEFAULT_BRANCH)
            hook = directory / "hooks" / "update"
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(PROTECTING_HOOK)
            hook.chmod(0o755)
        return await self.open(owner, name)

    async def open(self, owner: str, name: str) -> Hosted:
        """The hosted repository of this name.

        Raises:
            NoSuchRepository: there is none.
        """
        full_name = f"{owner}/{name}"
        if full_name not in self._hosted:
            directory = self.directory(owner, name)
            if not NAME.fullmatch(owner) or not NAME.fullmatch(name) or not directory.is_dir():
                raise NoSuchRepository(full_name)
            hosted = Hosted(Repository(owner, name, Git(directory)), self.feed)
            self._hosted[full_name] = hosted
            await hosted.notice(None)
        return self._hosted[full_name]

    async def repositories(self) -> list[Hosted]:
        found = sorted(self.root.glob("*/*.git"))
        return [await self.open(directory.parent.name, directory.name.removesuffix(".git")) for directory in found]


SITE = web.AppKey("site", Site)
