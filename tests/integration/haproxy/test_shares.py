"""Who gets which version, on a real HAProxy."""

from __future__ import annotations

import pytest

from playground.machine.world import World
from shippy.model import ALL, Routing, Share, Slot, Traffic
from tests.integration.haproxies import HAProxies, Server, at, both, fetch

VISITORS = 1200
# Bounds of the binomial distribution for 1200 visitors at 25 %, exceeded once in a million runs (300 ± 4.89 * 15): with
# once in a thousand, the tests would fail every now and then with nothing wrong.
LEAST, MOST = 226, 374


def test_zero_means_zero_by_haproxys_own_count(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world)
    haproxies.balancers.bring(at(Share(0), old, new))
    for name in haproxies.machines:
        assert haproxies.visits(200, name) == {"old": 200}
        assert haproxies.requests_once(200, Slot.BLUE, name) == 200
        assert haproxies.requests(Slot.GREEN, name) == 0


@pytest.mark.parametrize("sticky", ["cookie", "none"])
def test_a_share_is_what_was_asked_on_every_balancer(world: World, old: Server, new: Server, sticky: str) -> None:
    haproxies = HAProxies(world, sticky=sticky)
    haproxies.balancers.bring(at(Share.of_percent(25), old, new))
    for name in haproxies.machines:
        assert LEAST <= haproxies.visits(VISITORS, name)["new"] <= MOST


def test_all_means_all(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(ALL, old, new))
    assert haproxies.visits(200) == {"new": 200}


def test_a_visitor_stays_on_the_version_of_the_first_answer(world: World, old: Server, new: Server) -> None:
    """Also on another balancer: what decides is in the cookie, and no balancer remembers it."""
    haproxies = HAProxies(world)
    haproxies.balancers.bring(at(Share.of_percent(50), old, new))
    firsts = [haproxies.get() for _ in range(100)]
    assert {first.text for first in firsts} == {"old", "new"}
    for first in firsts:
        for name in haproxies.machines:
            again = haproxies.get(name, cookie=first.cookie)
            assert again.text == first.text
            assert again.set_cookie is None


def test_raising_the_share_only_adds_visitors(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(Share(0), old, new))
    cookies = [haproxies.get().cookie for _ in range(200)]
    before: set[str] = set()
    for percent in (5, 25, 50, 75, 100):
        haproxies.balancers.bring(at(Share.of_percent(percent), old, new))
        now = {cookie for cookie in cookies if haproxies.get(cookie=cookie).text == "new"}
        assert before <= now
        before = now
    assert before == set(cookies)


def test_an_empty_cookie_is_none(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(Share(0), old, new))
    assert haproxies.get(cookie="shippy_visitor=").cookie.startswith("shippy_visitor=")


def test_the_cookie_is_kept_from_scripts_and_other_sites(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(Share(0), old, new))
    attributes = (haproxies.get().set_cookie or "").split("; ")[1:]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes  # the site is not on TLS here


def test_an_address_stays_on_one_version(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"], sticky="address")
    haproxies.balancers.bring(at(Share.of_percent(50), old, new))
    assert len(haproxies.visits(50)) == 1
    assert haproxies.get().set_cookie is None


def test_the_vip_reaches_the_candidate_alone(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world)
    for share in (Share(0), Share(5000)):
        haproxies.balancers.bring(at(share, old, new))
        for name in haproxies.machines:
            assert {haproxies.verify(name).text for _ in range(20)} == {"new"}


def test_the_vip_says_when_nothing_is_being_verified(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(Traffic(Routing(Slot.BLUE), both(old, new)))
    answer = haproxies.verify()
    assert answer.status == 503
    assert answer.text == "Nothing of web is being verified.\n"


def test_the_vip_never_falls_back_to_the_live_version(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(Traffic(Routing(Slot.BLUE, Slot.GREEN), {Slot.BLUE: frozenset({old.endpoint})}))
    assert haproxies.verify().status == 503
    haproxies.balancers.bring(at(Share(0), old, new))
    assert haproxies.verify().text == "new"


def test_nobody_is_sent_to_a_slot_without_servers(world: World, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    for slot, other in ((Slot.BLUE, Slot.GREEN), (Slot.GREEN, Slot.BLUE)):
        for routing in (Routing(slot), Routing(slot, other, Share(100)), Routing(other, slot, Share(9900))):
            haproxies.balancers.force(Traffic(routing, {other: frozenset({new.endpoint})}))
            assert haproxies.visits(20) == {"new": 20}


def test_not_even_then_to_a_candidate_without_a_share(world: World, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(Traffic(Routing(Slot.BLUE, Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})}))
    assert haproxies.get().status == 503
    assert haproxies.verify().text == "new"


def test_two_apps_on_one_haproxy_do_not_meet(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"], other_app=True)
    other = haproxies.other
    haproxies.balancers.bring(at(Share(0), old, new))
    other.balancers.bring(Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})}))
    assert haproxies.visits(20) == {"old": 20}
    assert {fetch(other.public_url, "/").text for _ in range(20)} == {"new"}
    assert haproxies.balancers.read() == {"lb1": at(Share(0), old, new)}
