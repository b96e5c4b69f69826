"""All balancers of an app, of whatever make: each change is on all of them, or on none.

A make of balancer is a `Balancer`: a handful of steps that this module takes on all balancers at once, one greenlet
a balancer, each step on all of them before the next. A step is given what the one before has seen, and returns what it
has seen itself: so a balancer is read as often as it has changed, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

import gevent
from gevent.lock import RLock

from shippy.backend.asking import Asked
from shippy.errors import BalancersRefused, NoPins, Unavailable
from shippy.model import Pins, Slot, SlotCounts, Traffic

T = TypeVar("T")

ANSWERED_WITHIN = 0.03
"""What a balancer gets to answer something small before it gets a greenlet that waits for it."""

Sign = Callable[[str, datetime], Pins]
"""Makes the links for a deploy that are good until a time. Raises NoPins."""


class Sight(Protocol):
    """What a balancer was seen to do, with whatever else its own steps go by."""

    @property
    def traffic(self) -> Traffic: ...


S = TypeVar("S", bound=Sight)


class Balancer(Protocol[S]):
    """One balancer of one app. Every step is idempotent, bounded in time, and raises Unavailable if it fails.

    What a step returns has been read from the balancer itself, after the step's last change of it; a step that has
    nothing to change returns what it was given.
    """

    @property
    def name(self) -> str: ...

    def look(self) -> S:
        """What it does now, from the balancer itself."""

    def watch(self) -> Asked[Traffic]:
        """What it does, for who looks again and again: the same object as the last time, where nothing has changed."""

    def record(self, wanted: Traffic) -> None:
        """Have it start with what is wanted from now on. The balancer itself need not be running."""

    def prepare(self, seen: S, wanted: Traffic, *, careful: bool) -> S:
        """Add the endpoints that it does not have.

        Careful: return once the balancer itself holds each for up, and refuse what would send more of the public
        traffic to a slot in which nothing is up.
        """

    def switch(self, seen: S, wanted: Traffic) -> S:
        """Make the routing what is wanted, in one step for whoever is being served."""

    def settle(self, seen: S, wanted: Traffic) -> S:
        """Remove the endpoints that are wanted no longer."""

    def sessions(self, slot: Slot) -> int | None:
        """How many sessions are open to a slot. None: it answers, and cannot tell."""

    def servers_up(self, slot: Slot) -> int:
        """How many servers of a slot would take a visitor."""

    def counts(self) -> Asked[SlotCounts]:
        """What it has counted of each slot since it started, up to one moment. Unavailable where it does not count."""


Step = Callable[[Balancer[Any], Any], Sight]
"""A balancer, and what it was seen to do; returns what it does after the step."""


class AllOrNone:
    """The `Balancers` of one app (shippy.ports), made of any number of them. One change at a time.

    `sign` is for balancers that check what it signs.
    """

    def __init__(self, balancers: Sequence[Balancer[Any]], sign: Sign | None = None) -> None:
        self._sign = sign
        self._balancers = {balancer.name: balancer for balancer in balancers}
        self._changing = RLock()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._balancers)

    def bring(self, wanted: Traffic) -> None:
        with self._changing:
            seen, unread = _parted(self._each(lambda balancer: balancer.look(), self._balancers))
            if unread:
                raise BalancersRefused(unread)
            before = {name: sight.traffic for name, sight in seen.items()}
            if failures := self._failures(lambda balancer: balancer.record(wanted), self._balancers):
                raise BalancersRefused(failures, self._put_back(before))
            for step in _steps(wanted, careful=True):
                seen, failures = _parted(self._each(partial(_go_on, step, seen), self._balancers))
                if failures:
                    raise BalancersRefused(failures, self._put_back(before))

    def force(self, wanted: Traffic) -> Mapping[str, str]:
        with self._changing:
            return self._failures(lambda balancer: _force(balancer, wanted), self._balancers)

    def read(self) -> Mapping[str, Traffic | Unavailable]:
        return self._each(lambda balancer: balancer.look().traffic, self._balancers)

    def watch(self) -> Mapping[str, Traffic | Unavailable]:
        return self._asked(lambda balancer: balancer.watch())

    def sessions(self, slot: Slot) -> int | None:
        counted = self._answers(lambda balancer: balancer.sessions(slot))
        known = [count for count in counted if count is not None]
        return sum(known) if len(known) == len(counted) else None

    def servers_up(self, slot: Slot) -> int:
        return min(self._answers(lambda balancer: balancer.servers_up(slot)))

    def counts(self) -> Mapping[str, SlotCounts | Unavailable]:
        return self._asked(lambda balancer: balancer.counts())

    def pins(self, deploy: str, until: datetime) -> Pins:
        if self._sign is None:
            raise NoPins("these balancers cannot check one")
        return self._sign(deploy, until)

    def _asked(self, ask: Callable[[Balancer[Any]], Asked[T]]) -> dict[str, T | Unavailable]:
        """Ask all balancers, and fetch the answers; only who is late, or has much to tell, gets a greenlet."""
        asked = {name: ask(balancer) for name, balancer in self._balancers.items()}
        gevent.sleep(ANSWERED_WITHIN)
        ready = {name: answer for name, one in asked.items() if (answer := one.ready()) is not None}
        if len(ready) == len(asked):
            return dict(ready)
        late = self._each(lambda balancer: asked[balancer.name].wait(), asked.keys() - ready.keys())
        return {name: ready[name] if name in ready else late[name] for name in asked}

    def _answers(self, question: Callable[[Balancer[Any]], T]) -> list[T]:
        """What those say that answer. Raises Unavailable where none does."""
        answers, failures = _parted(self._each(question, self._balancers))
        if not answers:
            raise Unavailable("the balancers", "; ".join(f"{name}: {why}" for name, why in failures.items()))
        return list(answers.values())

    def _put_back(self, before: Mapping[str, Traffic]) -> tuple[str, ...]:
        """Take a change back from every balancer; returns the names of those that it could not be taken from."""
        return tuple(self._failures(lambda balancer: _force(balancer, before[balancer.name]), before))

    def _failures(self, step: Callable[[Balancer[Any]], None], names: Iterable[str]) -> dict[str, str]:
        return _parted(self._each(step, names))[1]

    def _each(self, step: Callable[[Balancer[Any]], T], names: Iterable[str]) -> dict[str, T | Unavailable]:
        """Take a step on several balancers at once. Killed meanwhile, it leaves no greenlet behind."""
        running = {name: gevent.spawn(_outcome, step, self._balancers[name]) for name in names}
        try:
            gevent.joinall(list(running.values()))
        finally:
            gevent.killall(list(running.values()))
        return {name: greenlet.get() for name, greenlet in running.items()}


def _steps(wanted: Traffic, *, careful: bool) -> tuple[Step, ...]:
    """The way of a running balancer from whatever it does to what is wanted."""
    return (
        lambda balancer, seen: balancer.prepare(seen, wanted, careful=careful),
        lambda balancer, seen: _switch(balancer, seen, wanted),
        lambda balancer, seen: _settle(balancer, seen, wanted),
    )


def _go_on(step: Step, seen: Mapping[str, Sight], balancer: Balancer[Any]) -> Sight:
    return step(balancer, seen[balancer.name])


def _force(balancer: Balancer[Any], wanted: Traffic) -> None:
    """Change what is running even where it cannot be recorded: it is what visitors see."""
    recorded = _outcome(lambda balancer: balancer.record(wanted), balancer)
    seen = balancer.look()
    for step in _steps(wanted, careful=False):
        seen = step(balancer, seen)
    if isinstance(recorded, Unavailable):
        raise recorded


def _switch(balancer: Balancer[S], before: S, wanted: Traffic) -> S:
    seen = balancer.switch(before, wanted)
    if seen.traffic.routing != wanted.routing:
        raise Unavailable(balancer.name, f"it was told {wanted.routing} and does {seen.traffic.routing}")
    return seen


def _settle(balancer: Balancer[S], before: S, wanted: Traffic) -> S:
    seen = balancer.settle(before, wanted)
    if seen.traffic != wanted:
        raise Unavailable(balancer.name, "it has other servers than it was told of")
    return seen


def _outcome(step: Callable[[Balancer[Any]], T], balancer: Balancer[Any]) -> T | Unavailable:
    try:
        return step(balancer)
    except Unavailable as error:
        return error


def _parted(outcomes: Mapping[str, T | Unavailable]) -> tuple[dict[str, T], dict[str, str]]:
    """Outcomes as results, and as the reasons of those that have none."""
    results = {name: outcome for name, outcome in outcomes.items() if not isinstance(outcome, Unavailable)}
    failures = {name: outcome.why for name, outcome in outcomes.items() if isinstance(outcome, Unavailable)}
    return results, failures
