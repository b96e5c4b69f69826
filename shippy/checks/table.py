"""The table of checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shippy.checks.statuses import required_statuses
from shippy.checks.subject import Check
from shippy.checks.up_to_date import NAME, up_to_date
from shippy.model import Level


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
}
"""Each check by its key in the config's `checks`, in the order in which they are told."""
