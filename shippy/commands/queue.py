"""`queue`, `join` and `leave`: waiting for the lock."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import TurnsReport
from shippy.commands.verb import Context, Right, Verb, one_app


@dataclass(frozen=True, slots=True)
class Queue:
    app: str | None = None

    def run(self, context: Context) -> TurnsReport:
        return context.turns(context.lock(self.app))


@dataclass(frozen=True, slots=True)
class Join:
    app: str | None = None

    def run(self, context: Context) -> TurnsReport:
        lock = context.lock(self.app)
        context.deploys.waiting.join(lock, context.person, context.place)
        return context.turns(lock)


@dataclass(frozen=True, slots=True)
class Leave:
    app: str | None = None

    def run(self, context: Context) -> TurnsReport:
        lock = context.lock(self.app)
        context.deploys.waiting.leave(lock, context.person)
        return context.turns(lock)


QUEUE = Verb(
    name="queue",
    form="queue [app]",
    summary="who holds the lock, and who waits for it.",
    parse=lambda words: Queue(one_app(words)),
    asks=True,
)
JOIN = Verb(
    name="join",
    form="join [app]",
    summary="waits for the lock; you are told when it is your turn.",
    parse=lambda words: Join(one_app(words)),
    right=Right.SHIP,
)
LEAVE = Verb(
    name="leave",
    form="leave [app]",
    summary="stops waiting for the lock.",
    parse=lambda words: Leave(one_app(words)),
)
