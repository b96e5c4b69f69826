"""Who gets which version, on a real nginx."""

from __future__ import annotations

import pytest

from playground.machine.world import World
from shippy.model import ALL, Routing, Share, Slot, Traffic
from tests.integration.haproxies import Server, at, both
from tests.integration.nginxes import Nginxes

VISITORS = 1200
# As for HAProxy: exceeded once in a million runs (300 ± 4.89 * 15).
LEAST, MOST = 226, 374


@pytest.mark.parametrize("sticky", ["cookie", "none"])
def test_a_share_is_what_was_asked_on_every_balancer(world: World, old: Server, new: Server, sticky: str) -> None:
    nginxes = Nginxes(world, sticky=sticky)
    nginxes.balancers.bring(at(Share.of_percent(25), old, new))
    for name in nginxes.machines:
        assert LEAST <= nginxes.visits(VISITORS, name)["new"] <= MOST


def test_zero_means_zero_and_all_means_all(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world)
    for share, version in ((Share(0), "old"), (ALL, "new"), (Share(0), "old")):
        nginxes.balancers.bring(at(share, old, new))
        for name in nginxes.machines:
            assert nginxes.visits(200, name) == {version: 200}


def test_a_visitor_stays_on_the_version_of_the_first_answer(world: World, old: Server, new: Server) -> None:
    """Also on another balancer: what decides is in the cookie, and no balancer remembers it."""
    nginxes = Nginxes(world)
    nginxes.balancers.bring(at(Share.of_percent(50), old, new))
    firsts = [nginxes.get() for _ in range(100)]
    assert {first.text for first in firsts} == {"old", "new"}
    for first in firsts:
        for name in nginxes.machines:
            again = nginxes.get(name, cookie=first.cookie)
            assert again.text == first.text
            assert again.set_cookie is None


def test_raising_the_share_only_adds_visitors_and_lowering_it_only_takes_some_back(
    world: World, old: Server, new: Server
) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(at(Share(0), old, new))
    cookies = [nginxes.get().cookie for _ in range(200)]
    before: set[str] = set()
    for percent in (5, 25, 50, 75, 100, 50, 5):
        nginxes.balancers.bring(at(Share.of_percent(percent), old, new))
        now = {cookie for cookie in cookies if nginxes.get(cookie=cookie).text == "new"}
        assert before <= now or now <= before
        before = now
    assert len(before) < len(cookies) / 4


def test_another_deploy_begins_with_others(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    first, second = (
        Traffic(Routing(Slot.BLUE, Slot.GREEN, Share.of_percent(50), salt), both(old, new)) for salt in ("d1", "d2")
    )
    nginxes.balancers.bring(first)
    firsts = {answer.cookie for answer in (nginxes.get() for _ in range(200)) if answer.text == "new"}
    nginxes.balancers.bring(second)
    again = {cookie for cookie in firsts if nginxes.get(cookie=cookie).text == "new"}
    assert 0.2 < len(again) / len(firsts) < 0.8


def test_the_cookie_is_kept_from_scripts_and_other_sites(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(at(Share(0), old, new))
    attributes = (nginxes.get().set_cookie or "").split("; ")[1:]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes  # the site is not on TLS here
    assert nginxes.get(cookie="shippy_visitor=").cookie.startswith("shippy_visitor=")


def test_an_address_stays_on_one_version(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"], sticky="address")
    nginxes.balancers.bring(at(Share.of_percent(50), old, new))
    assert len(nginxes.visits(50)) == 1
    assert nginxes.get().set_cookie is None


def test_the_vip_reaches_the_candidate_alone(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world)
    for share in (Share(0), Share(5000), ALL):
        nginxes.balancers.bring(at(share, old, new))
        for name in nginxes.machines:
            assert {nginxes.verify(name).text for _ in range(20)} == {"new"}


def test_the_vip_says_when_nothing_is_being_verified(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(Traffic(Routing(Slot.BLUE), both(old, new)))
    answer = nginxes.verify()
    assert (answer.status, answer.text) == (503, "Nothing of web is being verified.\n")


def test_the_vip_never_falls_back_to_the_live_version(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(at(ALL, old, new))
    new.stop()
    answer = nginxes.verify()
    assert (answer.status, answer.text) == (503, "No container of web that is being verified answers.\n")


def test_the_public_is_not_left_at_a_slot_that_has_died(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(at(ALL, old, new))
    new.stop()
    assert nginxes.visits(20) == {"old": 20}


def test_nobody_is_sent_to_a_slot_without_servers(world: World, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    for slot, other in ((Slot.BLUE, Slot.GREEN), (Slot.GREEN, Slot.BLUE)):
        for routing in (Routing(slot), Routing(slot, other, Share(100)), Routing(other, slot, Share(9900))):
            nginxes.balancers.force(Traffic(routing, {other: frozenset({new.endpoint})}))
            assert nginxes.visits(20) == {"new": 20}


def test_not_even_then_to_a_candidate_without_a_share(world: World, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(Traffic(Routing(Slot.BLUE, Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})}))
    answer = nginxes.get()
    assert (answer.status, answer.text) == (503, "web has no containers.\n")
    assert nginxes.verify().text == "new"
