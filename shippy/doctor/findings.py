"""What an examination finds, as a line that a person reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

# A clock that is further off makes tokens, signatures and times in the journal doubtful.
CLOCK_SECONDS = 30.0


class Mark(StrEnum):
    """How a finding is shown. A warning is something that works today."""

    OK = "✓"
    WARNING = "!"
    MISSING = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, what was found and, unless all is well, what to do about it: one line, without any secret.

    `hint` is what to do about several findings at once; it is told at the end, once.
    """

    mark: Mark
    text: str
    hint: str | None = None


Findings: TypeAlias = Iterator[Finding]


@dataclass(frozen=True, slots=True)
class Examination:
    """`run` yields its findings as it goes, so that those before something that hangs are not lost.

    It only asks; it raises ShippyError where there is nothing left that it could ask.
    """

    group: str
    run: Callable[[], Findings]


def ok(text: str) -> Finding:
    return Finding(Mark.OK, text)


def warning(text: str) -> Finding:
    return Finding(Mark.WARNING, text)


def missing(text: str, hint: str | None = None) -> Finding:
    return Finding(Mark.MISSING, text, hint)


def clock(whose: str, ahead: float) -> Findings:
    """Nothing, for a clock that agrees with this machine's."""
    if abs(ahead) > CLOCK_SECONDS:
        direction = "ahead of" if ahead > 0 else "behind"
        yield warning(f"{whose} clock is {abs(ahead):.0f} s {direction} this machine's: let both follow a time server")


def reason(error: Exception) -> str:
    """What an error says, without what the line around it says already: whom it is about."""
    told = getattr(error, "why", None) or getattr(error, "reason", None) or getattr(error, "answer", None)
    return " ".join(str(told or error).split())
