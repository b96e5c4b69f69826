"""`lock [app] <reason> [for 2h]` and `unlock`: no ships for a while."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from shippy.answers import TurnsReport
from shippy.commands.verb import BadWords, Context, Right, Verb, one_app

DURATION = re.compile(r"(\d{1,4})\s*(m|min|h|d)", re.IGNORECASE | re.ASCII)
UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Lock:
    """`words` are the reason. Where there are several locks, an app's name ahead of it tells which."""

    words: tuple[str, ...]
    lasting: timedelta | None = None

    def run(self, context: Context) -> TurnsReport:
        app, reason = context.app_ahead_of_reason(self.words, several=len(context.locks) > 1)
        lock = context.lock(app)
        until = context.clock.now() + self.lasting if self.lasting else None
        context.deploys.waiting.close(lock, context.person, reason, until)
        return context.turns(lock)


@dataclass(frozen=True, slots=True)
class Unlock:
    app: str | None = None

    def run(self, context: Context) -> TurnsReport:
        lock = context.lock(self.app)
        context.deploys.waiting.open(lock, context.person)
        return context.turns(lock)


def parse(words: tuple[str, ...]) -> Lock:
    """The last `for` with a duration behind it is the time; everything before it is the reason."""
    reason, lasting = words, None
    for index in range(len(words) - 1, -1, -1):
        match = DURATION.fullmatch(" ".join(words[index + 1 :])) if words[index].lower() == "for" else None
        if match is not None:
            reason, lasting = words[:index], timedelta(**{UNITS[match[2].lower()]: int(match[1])})
            break
    if not reason:
        raise BadWords("why? Everybody who wants to ship reads the reason")
    if lasting is not None and not timedelta() < lasting <= LONGEST:
        raise BadWords(f"a lock with a time lasts at most {LONGEST.days} days")
    return Lock(reason, lasting)


LOCK = Verb(
    name="lock",
    form="lock [app] <reason> [for 2h]",
    summary="no ships until it is lifted; a running deploy goes on, and abort always works.",
    parse=parse,
    right=Right.SHIP,
)
UNLOCK = Verb(
    name="unlock",
    form="unlock [app]",
    summary="lets ships begin again.",
    parse=lambda words: Unlock(one_app(words)),
    right=Right.SHIP,
)
