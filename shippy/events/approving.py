"""The second person whom the config may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shippy.events.base import DeployEvent
from shippy.model import ApprovalReason, Person


@dataclass(frozen=True, slots=True)
class ApprovalAsked(DeployEvent):
    """Somebody else has to agree before more of the public gets it, for these reasons.

    No reasons: the config's rule was looked at, and nothing of the deploy itself asks for anybody.
    """

    reasons: tuple[ApprovalReason, ...]


@dataclass(frozen=True, slots=True)
class Approved(DeployEvent):
    """Somebody who is not its owner agrees to this commit, until then. `login` is theirs on GitHub, where known."""

    by: Person
    commit: str
    until: datetime
    login: str | None = None
