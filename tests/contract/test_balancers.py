"""What every implementation of `Balancers` promises: the fake one, two real HAProxies, and two real nginxes.

What nginx cannot do (docs/balancers.md) is a test of its own: it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import gevent
import pytest

from playground.machine.world import World
from shippy.errors import BalancersRefused, NoPins, ShippyError, Unavailable
from shippy.model import ALL, Counts, Endpoint, Routing, Share, Slot, Traffic
from shippy.ports import Balancers
from tests.fakes.balancers import FakeBalancers
from tests.integration.haproxies import HAProxies, Server
from tests.integration.nginxes import Nginxes

DEPLOY = "260101-120000-ab12cd34"
NOTHING = Traffic(Routing(Slot.BLUE))
ALL_ABLE = ["fake", "haproxy", "haproxy without files"]


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


def _real(kind: str) -> Iterator[Case]:
    with World.claim() as world:
        balancers = Nginxes(world) if kind == "nginx" else HAProxies(world, files=kind == "haproxy")
        old, new, dead = (Server("web1", says) for says in ("old", "new", "dead"))
        dead.stop()
        yield Case(
            balancers.balancers,
            old.endpoint,
            new.endpoint,
            dead.endpoint,
            lambda name: balancers.machines[name].stop(),
        )
        old.stop()
        new.stop()


@pytest.fixture(params=[*ALL_ABLE, "nginx"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    yield from _fake() if request.param == "fake" else _real(request.param)


@pytest.fixture(params=ALL_ABLE)
def able(request: pytest.FixtureRequest) -> Iterator[Case]:
    """Those that count their sessions, and check the links that are signed for them."""
    yield from _fake() if request.param == "fake" else _real(request.param)


@pytest.fixture
def limited() -> Iterator[Case]:
    """nginx, which does not."""
    yield from _real("nginx")


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


def test_nobody_is_served_by_a_slot_that_gets_no_requests(able: Case) -> None:
    able.balancers.bring(able.verified(Share(0)))
    assert able.balancers.sessions(Slot.BLUE) == 0
    assert able.balancers.sessions(Slot.GREEN) == 0


def test_servers_are_up_that_would_take_a_visitor(case: Case) -> None:
    case.balancers.force(Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({case.old, case.dead})}))
    with gevent.Timeout(10):
        while case.balancers.servers_up(Slot.BLUE) != 1:
            gevent.sleep(0.05)
    assert case.balancers.servers_up(Slot.GREEN) == 0


def test_pins_are_links_to_the_public_address_for_one_deploy_until_a_whole_second(able: Case) -> None:
    until = datetime(2026, 11, 23, 12, 0, 0, 999_000, tzinfo=UTC)
    pins, others = able.balancers.pins(DEPLOY, until), able.balancers.pins("another", until)
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


def test_sessions_are_unknown_when_no_balancer_answers(able: Case) -> None:
    able.cut_off("lb1")
    assert able.balancers.sessions(Slot.BLUE) == 0
    able.cut_off("lb2")
    with pytest.raises(Unavailable):
        able.balancers.sessions(Slot.BLUE)


def test_who_cannot_tell_how_many_sessions_there_are_does_not_call_it_none_left(limited: Case) -> None:
    limited.balancers.bring(limited.live)
    assert limited.balancers.sessions(Slot.BLUE) is None
    limited.cut_off("lb1")
    assert limited.balancers.sessions(Slot.BLUE) is None
    limited.cut_off("lb2")
    with pytest.raises(Unavailable):
        limited.balancers.sessions(Slot.BLUE)


def test_who_cannot_check_a_link_gives_none(limited: Case) -> None:
    with pytest.raises(NoPins):
        limited.balancers.pins(DEPLOY, datetime(2026, 11, 23, 12, tzinfo=UTC))
