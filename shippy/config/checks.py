"""The section `checks` of an app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from shippy.config.freezing import Freeze
from shippy.config.own_checks import CommandCheck, HttpCheck, PackageSettings
from shippy.config.reviewing import Approvals, PathRule, is_team
from shippy.config.section import Section
from shippy.config.values import Text, Timeout
from shippy.model import Level

PROTECTED = "protected"
"""In place of a status: all that the main branch's protection on GitHub asks for."""

ABOUT_ALL = ("timeout", "wait", "levels")
"""The keys that are not a check."""

OWN = ("http", "commands", "packages")
"""The keys that hold a team's own checks by name."""


PATHS = "paths"
"""The beginning of a result's name that is about files: paths/migrations."""


def listed(value: object) -> object:
    """`statuses: protected` is a list of it."""
    return (PROTECTED,) if value == PROTECTED else value


Statuses = Annotated[tuple[Text, ...], BeforeValidator(listed)]


class Checks(Section):
    """Each key is a check and its name in `levels`, except those in `ABOUT_ALL` and `OWN`."""

    statuses: Statuses = ()
    up_to_date: bool = True
    base_up_to_date: bool = True
    mergeable: bool = False
    approvals: Approvals = Approvals()
    paths: dict[Text, PathRule] = Field(default_factory=dict)
    size: int | None = Field(default=None, ge=1)
    image_label: Text | None = None
    freeze: Freeze = Freeze()
    http: dict[Text, HttpCheck] = Field(default_factory=dict)
    commands: dict[Text, CommandCheck] = Field(default_factory=dict)
    packages: dict[Text, PackageSettings] = Field(default_factory=dict)
    timeout: Timeout = 60.0
    wait: Timeout = 1800.0
    # The last one: its validator needs the others.
    levels: dict[Text, Level] = Field(default_factory=dict)

    @classmethod
    def built_in(cls) -> tuple[str, ...]:
        """The keys that are each a check."""
        return tuple(key for key in cls.model_fields if key not in {*ABOUT_ALL, *OWN})

    @field_validator(*OWN)
    @classmethod
    def own_checks_have_names_of_their_own(cls, value: Mapping[str, object], info: ValidationInfo) -> object:
        others = {*cls.built_in(), *info.data.get("statuses", ())}
        others |= {name for key in OWN for name in info.data.get(key, ())}
        twice = sorted(set(value) & others)
        if twice:
            raise ValueError(f"names that no other check has, and one has {', '.join(twice)}")
        return value

    @field_validator("levels")
    @classmethod
    def levels_are_of_checks_that_there_are(cls, value: Mapping[str, Level], info: ValidationInfo) -> object:
        if not {"statuses", "paths", *OWN} <= set(info.data):
            return value
        statuses = info.data["statuses"]
        paths = [f"{PATHS}/{name}" for name in info.data["paths"]]
        known = [*cls.built_in(), *statuses, *paths, *(name for key in OWN for name in info.data[key])]
        for name in value:
            if name not in known and not _matches(name, statuses):
                near = get_close_matches(name, known, n=1)
                meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                raise ValueError(f"names of checks, and there is no check {name}; {meant}")
        return value

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams on GitHub whose people have to approve something."""
        named = [self.approvals.by, *(rule.approved_by for rule in self.paths.values())]
        return tuple(sorted({name for names in named for name in names if is_team(name)}))

    def requires(self, context: str) -> bool:
        """Whether a status of this name is required; all that the branch's protection asks for are, if those are."""
        return PROTECTED in self.statuses or context in self.statuses or _matches(context, self.statuses)

    def level_of(self, name: str, check: str) -> Level | None:
        """The level that the config gives a result: by its name, by a pattern, or by the check that it is of."""
        exact = self.levels.get(name)
        if exact is not None:
            return exact
        patterns = (level for pattern, level in self.levels.items() if fnmatchcase(name, pattern))
        return next(patterns, None) or self.levels.get(check)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
