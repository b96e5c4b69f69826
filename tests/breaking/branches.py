"""Branches that are ready to be shipped: on top of master, with an image, built and signed off."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from playground.github.client import SIGN_OFF, Hub
from playground.sample.branches import MAIN
from tests.breaking.images import Images, Kind

BUILD = "ci/build"


@dataclass(frozen=True, slots=True)
class Branch:
    """`base` is where master was when it was made."""

    name: str
    commit: str
    base: str


class Branches:
    """Makes a branch only where the last one cannot be shipped again, because master has moved on."""

    def __init__(self, hub: Hub, images: Images) -> None:
        self._hub = hub
        self._images = images
        self._numbers = count(1)
        self._ready: dict[Kind, Branch] = {}

    def plant_master(self) -> None:
        """The first commit of all."""
        self._push(MAIN, Kind.HEALTHY, "a shop\n")

    def ready(self, kind: Kind = Kind.HEALTHY) -> Branch:
        base = self._hub.head(MAIN)
        known = self._ready.get(kind)
        if known is None or known.base != base:
            known = self._ready[kind] = self._made(kind, base)
        return known

    def _made(self, kind: Kind, base: str) -> Branch:
        name = f"{kind}-{next(self._numbers)}"
        return Branch(name, self._push(name, kind, f"a shop with {name}\n"), base)

    def _push(self, branch: str, kind: Kind, content: str) -> str:
        commit = self._hub.push_file(branch, "shop", content, content.strip().capitalize())
        self._images.tag(kind, commit)
        for context in (BUILD, SIGN_OFF):
            self._hub.set_status(commit, context, "success")
        return commit
