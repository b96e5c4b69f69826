"""The section `prefetch` of an app: images that are pulled before somebody ships them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from shippy.config.checks import Statuses
from shippy.config.section import Section
from shippy.config.values import Text, Timeout

SIZE = re.compile(r"(\d+)([kmgt])", re.IGNORECASE)
UNITS = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


class Mode(StrEnum):
    """Whose images are pulled ahead: nobody's, those of all pull requests, or of those with the label."""

    OFF = "off"
    ON = "on"
    LABEL = "label"


def mode(value: object) -> object:
    """YAML reads a bare `off` as false, and `on` as true."""
    return value if not isinstance(value, bool) else Mode.ON if value else Mode.OFF


def size(value: object) -> int:
    """Bytes in a text such as "5g"; the units are powers of two, as Docker has them."""
    match = SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise ValueError('an amount of disk with its unit, such as "5g" or "500m"')
    return int(match[1]) * UNITS[match[2].lower()]


ModeName = Annotated[Mode, BeforeValidator(mode)]
Size = Annotated[int, BeforeValidator(size)]


class Prefetch(Section):
    """`statuses` tell that a build is green, where those of the checks do not; `budget` is in bytes a host."""

    mode: ModeName = Mode.OFF
    label: Text = "prefetch"
    statuses: Statuses | None = None
    every: Timeout = 30.0
    keep: int = Field(default=5, ge=1)
    budget: Size = size("5g")


def possible(prefetch: Prefetch, statuses: Statuses | None, unreached: Sequence[str]) -> Prefetch:
    """The section, where an app can do as it says.

    Args:
        statuses: those of the app's checks; None where these have a mistake.
        unreached: the nodes of a swarm whose own engines are not reached.

    Raises:
        ValueError: it cannot.
    """
    if prefetch.mode is not Mode.OFF and statuses is not None and not (prefetch.statuses or statuses):
        raise ValueError("statuses here, or in checks, that say when a build is green")
    if prefetch.mode is not Mode.OFF and unreached:
        raise ValueError(f"docker for each of the swarm's nodes, to list and remove images; {unreached[0]} has none")
    return prefetch
