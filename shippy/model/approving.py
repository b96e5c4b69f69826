"""The second person: what asks for one, and whether one has agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shippy.model.people import Person


class Rule(StrEnum):
    """What of a deploy may ask for a second person; its key in the config's `approval`."""

    ALWAYS = "always"
    PATHS = "paths"
    COMMITS_ABOVE = "commits_above"
    OVERRIDES = "overrides"
    OFF_HOURS = "off_hours"
    AT_ONCE = "at_once"

    @property
    def of_the_moment(self) -> bool:
        """Whether it is about one step and its time, and not about the deploy as a whole."""
        return self in {Rule.OFF_HOURS, Rule.AT_ONCE}


@dataclass(frozen=True, slots=True)
class ApprovalReason:
    """Why somebody else has to agree; `detail` is the rest of a sentence about the deploy: "it changes …"."""

    rule: Rule
    detail: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody whose deploy it is or was, and their login on GitHub where that is known."""

    person: Person
    login: str | None = None

    def is_same(self, person: Person, login: str | None) -> bool:
        """Whether this is somebody by another name as well: a second account in the chat has the same login."""
        if person.id == self.person.id:
            return True
        return login is not None and self.login is not None and login.casefold() == self.login.casefold()


@dataclass(frozen=True, slots=True)
class Approval:
    """A deploy's approval: `reasons` for which somebody has to agree, as of `asked`.

    `by`, with this `login` on GitHub, has agreed to `commit` at `given`; that holds until `until`.
    """

    reasons: tuple[ApprovalReason, ...] = ()
    asked: datetime | None = None
    by: Person | None = None
    login: str | None = None
    commit: str | None = None
    given: datetime | None = None
    until: datetime | None = None

    def holds(self, commit: str | None, owners: Iterable[Owner], now: datetime) -> bool:
        """Whether somebody who is none of the owners has agreed to this commit, and not too long ago."""
        if self.by is None or self.until is None or now >= self.until or self.commit != commit:
            return False
        return not any(owner.is_same(self.by, self.login) for owner in owners)
