"""Balancers in memory, held to the same contract suite as the real ones (tests/contract/balancers.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gevent.event import Event
from gevent.lock import RLock

from shippy.errors import BalancersRefused, NoPins, Unavailable
from shippy.model import Counts, Endpoint, Pins, Routing, Slot, SlotCounts, Traffic


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked of the balancers: the verb ("bring" or "force") and what was wanted."""

    verb: str
    wanted: Traffic


class FakeBalancers:
    """Every balancer of one app, as a `Traffic` each in `traffic`.

    `calls` records what was asked, refused or not. `down` are endpoints that no balancer can reach. `open` is the
    number of sessions to each slot, over all balancers, as long as they are `counting`. Changes come one after another.
    Without `pinning` there are no links.
    """

    def __init__(self, *names: str, routing: Routing | None = None) -> None:
        self.traffic = {name: Traffic(routing or Routing(Slot.BLUE)) for name in names or ("lb1", "lb2")}
        self.calls: list[Call] = []
        self.down: set[Endpoint] = set()
        self.open: dict[Slot, int] = {}
        self.pinning = True
        self.counted: dict[str, SlotCounts | Unavailable] = {
            name: {slot: Counts() for slot in Slot} for name in self.traffic
        }
        self.counting = True
        self.holding = Event()
        self.reading = Event()
        self._go, self._go_on_reading = Event(), Event()
        self._go.set()
        self._go_on_reading.set()
        self._changing = RLock()
        self._refusing: dict[str, str] = {}
        self._unreachable: dict[str, str] = {}
        self._sticking: set[str] = set()

    def refuse(self, name: str, reason: str = "no such backend") -> None:
        """From now on a balancer answers, and does nothing it is asked for."""
        self._refusing[name] = reason

    def unreachable(self, name: str, reason: str = "connection refused") -> None:
        """From now on a balancer does not answer at all."""
        self._unreachable[name] = reason

    def stick(self, name: str) -> None:
        """From now on what a balancer has taken cannot be taken back from it when another one refuses."""
        self._sticking.add(name)

    def behave(self, name: str) -> None:
        """A balancer answers and does as it is asked again."""
        self._refusing.pop(name, None)
        self._unreachable.pop(name, None)
        self._sticking.discard(name)

    def hold(self) -> None:
        """From now on changes wait, with nothing done yet, until `release`; `holding` is set once one waits."""
        self.holding.clear()
        self._go.clear()

    def hold_reading(self) -> None:
        """From now on what was read is told only after `release`; `reading` is set once somebody has read."""
        self.reading.clear()
        self._go_on_reading.clear()

    def release(self) -> None:
        self._go.set()
        self._go_on_reading.set()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.traffic)

    def bring(self, wanted: Traffic) -> None:
        with self._changing:
            self._asked("bring", wanted)
            failures = self._not_up(wanted) | self._refusals()
            if not failures:
                self.traffic = dict.fromkeys(self.traffic, wanted)
                return
            stuck = tuple(name for name in self.traffic if name in self._sticking and name not in failures)
            self.traffic.update(dict.fromkeys(stuck, wanted))
            raise BalancersRefused(failures, stuck)

    def force(self, wanted: Traffic) -> Mapping[str, str]:
        with self._changing:
            self._asked("force", wanted)
            refusals = self._refusals()
            self.traffic.update({name: wanted for name in self.traffic if name not in refusals})
            return refusals

    def read(self) -> Mapping[str, Traffic | Unavailable]:
        answers: dict[str, Traffic | Unavailable] = {
            name: Unavailable(name, self._unreachable[name]) if name in self._unreachable else traffic
            for name, traffic in self.traffic.items()
        }
        if not self._go_on_reading.is_set():
            self.reading.set()
            self._go_on_reading.wait()
        return answers

    def watch(self) -> Mapping[str, Traffic | Unavailable]:
        return self.read()

    def sessions(self, slot: Slot) -> int | None:
        if len(self._unreachable) == len(self.traffic):
            raise Unavailable("the balancers", "; ".join(self._unreachable.values()))
        return self.open.get(slot, 0) if self.counting else None

    def servers_up(self, slot: Slot) -> int:
        answers = [traffic for name, traffic in self.traffic.items() if name not in self._unreachable]
        if not answers:
            raise Unavailable("the balancers", "; ".join(self._unreachable.values()))
        return min(len(traffic.in_slot(slot) - self.down) for traffic in answers)

    def counts(self) -> Mapping[str, SlotCounts | Unavailable]:
        silent = {name: Unavailable(name, why) for name, why in self._unreachable.items()}
        return {**self.counted, **silent}

    def pins(self, deploy: str, until: datetime) -> Pins:
        if not self.pinning:
            raise NoPins("the config has no traffic.link_key")
        public = "https://www.example.com/.shippy"
        return Pins(f"{public}/pin/{deploy}.SECRET", f"{public}/unpin/{deploy}.SECRET", until.replace(microsecond=0))

    def _asked(self, verb: str, wanted: Traffic) -> None:
        self.calls.append(Call(verb, wanted))
        if not self._go.is_set():
            self.holding.set()
            self._go.wait()

    def _refusals(self) -> dict[str, str]:
        return self._refusing | self._unreachable

    def _not_up(self, wanted: Traffic) -> dict[str, str]:
        failures = {}
        for name, has in self.traffic.items():
            new = {endpoint for slot in Slot for endpoint in wanted.in_slot(slot) - has.in_slot(slot)}
            if late := sorted(new & self.down):
                failures[name] = f"{late[0].host} does not come up"
        return failures
