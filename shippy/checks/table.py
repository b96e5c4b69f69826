"""The table of checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shippy.checks import approvals, base_up_to_date, freeze, image_label, mergeable, owned_paths, size
from shippy.checks.command import command_check
from shippy.checks.http import asks, http_check
from shippy.checks.packages import package_check
from shippy.checks.statuses import required_statuses
from shippy.checks.subject import Check
from shippy.checks.up_to_date import NAME, up_to_date
from shippy.config.checks import Checks
from shippy.model import Level

PULL_SECONDS = 600.0
"""How long the image's label is waited for, which is there once a host has pulled the image."""


@dataclass(frozen=True, slots=True)
class Row:
    """A check as it is run.

    Attributes:
        name: that of its result where it cannot be read.
        level: of its results, where the config does not say.
        asks: whom it waits for, in the words of a time-out.
        within: seconds that it may take; None: as long as the config gives every check.
    """

    name: str
    check: Check
    level: Level = Level.REQUIRED
    asks: str = "GitHub"
    within: float | None = None


CHECKS: Mapping[str, Row] = {
    "statuses": Row("statuses", required_statuses),
    "up_to_date": Row(NAME, up_to_date),
    "base_up_to_date": Row(base_up_to_date.NAME, base_up_to_date.base_up_to_date),
    "mergeable": Row(mergeable.NAME, mergeable.mergeable),
    "approvals": Row(approvals.NAME, approvals.approvals),
    "paths": Row(owned_paths.NAME, owned_paths.owned_paths),
    "size": Row(size.NAME, size.size, level=Level.ADVICE),
    "image_label": Row(image_label.NAME, image_label.image_label, asks="a host with the image", within=PULL_SECONDS),
    "freeze": Row(freeze.NAME, freeze.freeze, level=Level.SKIPPABLE),
}
"""Each check by its key in the config's `checks`, in the order in which they are told."""


def checks_of(settings: Checks) -> Mapping[str, Row]:
    """All that a config has: first those of shippy, then the team's own, by their names."""
    http = {
        name: Row(name, http_check(name, one), asks=asks(one), within=one.timeout)
        for name, one in settings.http.items()
    }
    commands = {
        name: Row(name, command_check(name, one), asks=f"the command of {name}", within=one.timeout)
        for name, one in settings.commands.items()
    }
    packages = {
        name: Row(name, package_check(name, one), asks=f"the check {name}") for name, one in settings.packages.items()
    }
    return {**CHECKS, **http, **commands, **packages}
