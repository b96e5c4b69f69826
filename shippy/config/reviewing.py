"""The sections about who has to have reviewed a change."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from shippy.config.section import Section
from shippy.config.values import Reviewer, Text


def is_team(name: str) -> bool:
    """Whether it is a team, "acme/ops", and not a login: in these is no slash."""
    return "/" in name


class Approvals(Section):
    """How many approving reviews a pull request needs, and which of them count.

    Attributes:
        needed: 0 asks for none.
        by: those whose approvals count, logins and teams ("acme/ops"); nobody named means everybody who may push.
        stale: whether one of an earlier commit counts.
        own: whether that of somebody counts who has written commits of it. Of whoever opened it, none does.
    """

    needed: int = Field(default=0, ge=0)
    by: tuple[Reviewer, ...] = ()
    stale: bool = False
    own: bool = False

    @model_validator(mode="after")
    def can_be_reached(self) -> Self:
        if self.by and not any(map(is_team, self.by)) and self.needed > len(self.by):
            raise ValueError(f"at most as many approvals as there are people in by, which is {len(self.by)}")
        return self


def path_pattern(value: str) -> str:
    if value.startswith(("/", "!")) or "\\" in value:
        raise ValueError('a path or a pattern from the root of the repository, such as "migrations/**" or "*.sql"')
    return value


def some(value: tuple[str, ...]) -> tuple[str, ...]:
    # Field(min_length=1) would count only those without a mistake.
    if not value:
        raise ValueError("at least one")
    return value


PathPattern = Annotated[Text, AfterValidator(path_pattern)]


class PathRule(Section):
    """The approval of one of these people, or of somebody in one of these teams, which a change to some files needs."""

    files: Annotated[tuple[PathPattern, ...], AfterValidator(some)]
    approved_by: Annotated[tuple[Reviewer, ...], AfterValidator(some)]
