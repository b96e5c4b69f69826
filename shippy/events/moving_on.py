"""What others do to the branches while a deploy, which stays at its one commit, is under way."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.events.base import DeployEvent


@dataclass(frozen=True, slots=True)
class HeadMoved(DeployEvent):
    """The deploy's own branch has another commit now, which is not shipped; or it is back at the deploy's."""

    head: str


@dataclass(frozen=True, slots=True)
class MainMoved(DeployEvent):
    """The main branch has so many commits now that the deploy's commit does not have."""

    main: str
    commits: int
