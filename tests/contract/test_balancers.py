"""What every implementation of `Balancers` promises: the fake one, and two real HAProxies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from playground.machine.world import World
from shippy.errors import BalancersRefused, ShippyError, Unavailable
from shippy.model import ALL, Counts, Endpoint, Routing, Share, Slot, Traffic
from shippy.ports import Balancers
from tests.fakes.balancers import FakeBalancers
from tests.integration.haproxies import HAProxies, Server

DEPLOY = "260101-120000-ab12cd34"
NOTHING = Traffic(Routing(Slot.BLUE))


@dataclass(frozen=True)
class Case:
    """Two balancers, a container for each slot, one that nothing answers at, and the ways to break a balancer."""

    balancers: Balancers
    old: Endpoint
    new: Endpoint
    dead: Endpoint
    cut_off: Callable[[str], None]

    @property
    def live(self) -> Traffic:
        return Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({self.old})})

    def verified(self, share: Share) -> Traffic:
        both = {Slot.BLUE: frozenset({self.old}), Slot.GREEN: frozenset({self.new})}
        return Traffic(Routing(Slot.BLUE, Slot.GREEN, share), both)

    def read(self) -> list[Traffic | Exception]:
        return list(self.balancers.read().values())


def _fake() -> Iterator[Case]:
    balancers = FakeBalancers("lb1", "lb2")
    old, new, dead = (Endpoint("web1", "10.0.0.11", port) for port in (32768, 32769, 32770))
    balancers.down.add(dead)
    yield Case(balancers, old, new, dead, balancers.unreachable)


def _real(*, files: bool) -> Iterator[Case]:
    with World.claim() as world:
        haproxies = HAProxies(world, ("lb1", "lb2"), files=files)
        old, new, dead = (Server("web1", says) for says in ("old", "new", "dead"))
        dead.stop()
        yield Case(
            haproxies.balancers,
            old.endpoint,
            new.endpoint,
            dead.endpoint,
            lambda name: haproxies.machines[name].stop(),
        )
        old.stop()
        new.stop()


@pytest.fixture(params=["fake", "haproxy", "haproxy without files"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    yield from _fake() if request.param == "fake" else _real(files=request.param == "haproxy")


def test_a_new_balancer_has_nothing(case: Case) -> None:
    assert case.balancers.names == ("lb1", "lb2")
    assert case.read() == [NOTHING, NOTHING]


def test_what_is_brought_is_read_from_every_balancer(case: Case) -> None:
    for wanted in (case.live, case.verified(Share(0)), case.verified(Share(2500)), case.verified(ALL), case.live):
        case.balancers.bring(wanted)
        assert case.read() == [wanted, wanted]


def test_bringing_the_same_again_changes_nothing(case: Case) -> None:
    case.balancers.bring(case.verified(Share(2500)))
    case.balancers.bring(case.verified(Share(2500)))
    assert case.read() == [case.verified(Share(2500))] * 2


def test_a_swap_and_back(case: Case) -> None:
    case.balancers.bring(case.verified(Share(0)))
    warm = Traffic(Routing(Slot.GREEN), case.verified(Share(0)).endpoints)
    case.balancers.bring(warm)
    assert case.read() == [warm, warm]
    case.balancers.bring(Traffic(Routing(Slot.BLUE), warm.endpoints))
    case.balancers.bring(case.live)
    assert case.read() == [case.live, case.live]


def test_an_endpoint_that_does_not_come_up_is_refused_and_named(case: Case) -> None:
    case.balancers.bring(case.live)
    broken = Traffic(Routing(Slot.BLUE, Slot.GREEN), {**case.live.endpoints, Slot.GREEN: frozenset({case.dead})})
    with pytest.raises(BalancersRefused) as refused:
        case.balancers.bring(broken)
    assert set(refused.value.failures) == {"lb1", "lb2"}
    assert "web1" in refused.value.failures["lb1"]
    assert refused.value.stuck == ()
    assert case.read() == [case.live, case.live]


def test_an_endpoint_that_died_does_not_hold_up_a_lower_share(case: Case) -> None:
    case.balancers.bring(case.live)
    half_dead = {**case.live.endpoints, Slot.GREEN: frozenset({case.dead})}
    shared = Traffic(Routing(Slot.BLUE, Slot.GREEN, Share(2500)), half_dead)
    case.balancers.force(shared)
    case.balancers.bring(Traffic(Routing(Slot.BLUE, Slot.GREEN), half_dead))
    case.balancers.bring(case.live)
    assert case.read() == [case.live, case.live]


def test_no_balancer_changes_when_one_does_not_answer(case: Case) -> None:
    case.balancers.bring(case.verified(Share(500)))
    case.cut_off("lb2")
    with pytest.raises(BalancersRefused) as refused:
        case.balancers.bring(case.verified(Share(2500)))
    assert set(refused.value.failures) == {"lb2"}
    answers = case.balancers.read()
    assert answers["lb1"] == case.verified(Share(500))
    assert isinstance(answers["lb2"], Unavailable)


def test_force_changes_those_that_answer(case: Case) -> None:
    case.balancers.bring(case.verified(Share(2500)))
    case.cut_off("lb2")
    failures = case.balancers.force(case.live)
    assert set(failures) == {"lb2"}
    assert case.balancers.read()["lb1"] == case.live


def test_force_does_not_wait_for_an_endpoint_that_is_down(case: Case) -> None:
    wanted = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({case.old, case.dead})})
    assert case.balancers.force(wanted) == {}
    assert case.read() == [wanted, wanted]


def test_nobody_is_served_by_a_slot_that_gets_no_requests(case: Case) -> None:
    case.balancers.bring(case.verified(Share(0)))
    assert case.balancers.sessions(Slot.BLUE) == 0
    assert case.balancers.sessions(Slot.GREEN) == 0


def test_pins_are_links_to_the_public_address_for_one_deploy_until_a_whole_second(case: Case) -> None:
    until = datetime(2026, 11, 23, 12, 0, 0, 999_000, tzinfo=UTC)
    pins, others = case.balancers.pins(DEPLOY, until), case.balancers.pins("another", until)
    assert pins.until == until.replace(microsecond=0)
    assert re.fullmatch(rf"https?://[^/]+/\.shippy/pin/{DEPLOY}\.\S+", pins.pin)
    assert re.fullmatch(rf"https?://[^/]+/\.shippy/unpin/{DEPLOY}\.\S+", pins.unpin)
    assert len({pins.pin, pins.unpin, others.pin, others.unpin}) == 4


def test_each_balancer_has_counted_both_slots_or_says_that_it_cannot_count(case: Case) -> None:
    case.balancers.bring(case.verified(Share(2500)))
    counted = case.balancers.counts()
    assert set(counted) == {"lb1", "lb2"}
    for answer in counted.values():
        if isinstance(answer, ShippyError):
            assert "does not count" in str(answer)
        else:
            assert {slot: (of.requests, of.errors) for slot, of in answer.items()} == dict.fromkeys(Slot, (0, 0))
            assert all(isinstance(of, Counts) and of.response_ms is None for of in answer.values())


def test_a_balancer_that_does_not_answer_says_so_and_the_others_tell_what_they_have_counted(case: Case) -> None:
    before = case.balancers.counts()
    case.cut_off("lb2")
    after = case.balancers.counts()
    assert isinstance(after["lb2"], Unavailable)
    assert isinstance(after["lb1"], Unavailable) == isinstance(before["lb1"], Unavailable)


def test_sessions_are_unknown_when_no_balancer_answers(case: Case) -> None:
    case.cut_off("lb1")
    assert case.balancers.sessions(Slot.BLUE) == 0
    case.cut_off("lb2")
    with pytest.raises(Unavailable):
        case.balancers.sessions(Slot.BLUE)
