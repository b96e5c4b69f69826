"""The sections about comparing the new release with the live one."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from shippy.config.section import Section
from shippy.config.values import Text, Timeout, WebUrl

PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")


class Guard(StrEnum):
    """What follows from a new release that is worse: nothing, a word to the owner, or the way back."""

    OFF = "off"
    TELL = "tell"
    ABORT = "abort"


def guard(value: object) -> object:
    """YAML reads a bare `off` as false."""
    return Guard.OFF if value is False else value


def times(value: object) -> float:
    """How many times as much: 1.5, or "50%" for half as much again."""
    percent = PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if percent is not None:
        return 1 + float(percent[1]) / 100
    if isinstance(value, int | float) and value >= 1:
        return float(value)
    raise ValueError('how many times as much, from 1 on, or how much more: 1.5 and "50%" are the same')


GuardName = Annotated[Guard, BeforeValidator(guard)]
Times = Annotated[float, BeforeValidator(times)]


class MeasureSettings(Section):
    """A number that Prometheus has of each release; the less, the better. `at_least` is in the query's own unit."""

    name: Text
    prometheus: WebUrl
    candidate: Text
    stable: Text
    worse_above: Times = 1.5
    at_least: float = Field(default=0.0, ge=0)
    looks: int = Field(default=3, ge=1)
    every: Timeout = 15.0
    timeout: Timeout = 5.0
