"""After the end: a committed deploy is taken back while the release before it is still warm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shippy.events.base import DeployEvent
from shippy.model import Endpoint, Live, Person, PullRequest, Slot


@dataclass(frozen=True, slots=True)
class Undoing(DeployEvent):
    """The release that was live before is about to be live again. The deploy has ended, and begins once more."""

    begins: ClassVar[bool] = True

    by: Person
    reason: str


@dataclass(frozen=True, slots=True)
class SwappedBack(DeployEvent):
    """The slot from before is stable again: what is in it, `live`, serves the public from these endpoints."""

    slot: Slot
    live: Live
    endpoints: tuple[Endpoint, ...]

    @property
    def made_live(self) -> Live:
        return self.live


@dataclass(frozen=True, slots=True)
class RevertOpened(DeployEvent):
    """The pull request that takes the merge out of the main branch is open."""

    pull: PullRequest


@dataclass(frozen=True, slots=True)
class Undone(DeployEvent):
    """The release from before is live, and this deploy's is gone. Ships stay locked until somebody unlocks them."""

    ends: ClassVar[bool] = True
