"""Who is among a share, on a real HAProxy: to the hundredth of a percent, and with the salt of the deploy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import gevent
import pytest

from playground.machine.world import World
from shippy.model import ALL, NONE, Share, Slot
from tests.integration.haproxies import HAProxies, Server, at
from tests.integration.haproxy.buckets import BUCKETS, bucket, visitors_in

SALT, OTHER_SALT = "260101-120000-ab12", "260101-130000-cd34"
SHARES = [
    Share.of_percent(percent) for percent in ("0", "0.01", "0.5", "1", "5", "10", "25", "50", "75", "99.5", "100")
]
HALF = Share.of_percent(50)
VISITORS = [f"127.0.{number // 100}.{number % 100 + 1}" for number in range(200)]
"""Visitors by their addresses; with cookies, these are their values."""

Sees = Callable[[str, str], str]


def sees(haproxies: HAProxies, sticky: str) -> Sees:
    """What a visitor gets from a balancer."""
    if sticky == "address":
        return lambda visitor, name: haproxies.get(name, source=visitor).text
    return lambda visitor, name: haproxies.get(name, cookie=f"shippy_visitor={visitor}").text


def test_each_share_ends_between_two_buckets_to_the_hundredth_of_a_percent(
    world: World, old: Server, new: Server
) -> None:
    """A share of n basis points is the buckets 0 to n - 1 of 10 000, whatever the number of servers."""
    haproxies = HAProxies(world, ["lb1"])
    looked_at = {place for share in SHARES for place in (share.basis_points - 1, share.basis_points)}
    visitors = visitors_in({0, BUCKETS - 1} | looked_at & set(range(BUCKETS)), SALT)
    for share in SHARES:
        haproxies.balancers.bring(at(share, old, new, SALT))
        for place, visitor in visitors.items():
            wanted = "new" if place < share.basis_points else "old"
            assert haproxies.get(cookie=f"shippy_visitor={visitor}").text == wanted, (share, place)


@pytest.mark.parametrize("sticky", ["cookie", "address"])
def test_balancers_agree_on_everybody_and_with_what_the_salt_says(
    world: World, old: Server, new: Server, sticky: str
) -> None:
    haproxies = HAProxies(world, sticky=sticky)
    get = sees(haproxies, sticky)
    chosen = {}
    for salt in (SALT, OTHER_SALT):
        haproxies.balancers.bring(at(HALF, old, new, salt))
        first, second = ({visitor for visitor in VISITORS if get(visitor, name) == "new"} for name in ("lb1", "lb2"))
        assert first == second == {visitor for visitor in VISITORS if bucket(visitor, salt) < HALF.basis_points}
        chosen[salt] = first
    assert 50 < len(chosen[SALT] ^ chosen[OTHER_SALT]) < 150, "half of them change, with another deploy"


@pytest.mark.parametrize("sticky", ["cookie", "address"])
def test_raising_only_adds_and_lowering_only_takes_away(world: World, old: Server, new: Server, sticky: str) -> None:
    haproxies = HAProxies(world, ["lb1"], sticky=sticky)
    get = sees(haproxies, sticky)
    seen = []
    for percent in (0, 5, 25, 50, 75, 100, 50, 25, 0):
        haproxies.balancers.bring(at(Share.of_percent(percent), old, new, SALT))
        seen.append({visitor for visitor in VISITORS if get(visitor, "lb1") == "new"})
    rising, falling = seen[:6], seen[5:]
    assert all(before <= after for before, after in pairwise(rising))
    assert all(before >= after for before, after in pairwise(falling))
    assert (seen[0], seen[5], seen[8]) == (set(), set(VISITORS), set())
    assert (seen[3], seen[2]) == (seen[6], seen[7])


@pytest.mark.parametrize("value", ["x", "a/b", "$(id)", '"', "a" * 4000, "\u00e9", "0", "-1", "a b"])
def test_a_forged_cookie_is_a_choice_of_a_bucket_and_nothing_else(
    world: World, old: Server, new: Server, value: str
) -> None:
    haproxies = HAProxies(world, ["lb1"])
    for share, wanted in ((NONE, "old"), (ALL, "new")):
        haproxies.balancers.bring(at(share, old, new, SALT))
        answer = haproxies.get(cookie=f"shippy_visitor={value}")
        assert (answer.status, answer.text, answer.set_cookie) == (200, wanted, None)


@pytest.mark.parametrize(("share", "instead"), [(NONE, None), (Share(1), "new"), (HALF, "new"), (ALL, "new")])
def test_with_every_server_of_the_live_version_down_zero_still_means_zero(
    world: World, old: Server, new: Server, share: Share, instead: str | None
) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(share, old, new, SALT))
    down(haproxies, old, Slot.BLUE)
    before = haproxies.requests(Slot.GREEN)
    answers = [haproxies.get() for _ in range(20)]
    if instead is None:
        assert {answer.status for answer in answers} == {503}
        assert haproxies.requests(Slot.GREEN) == before == 0
    else:
        assert {answer.text for answer in answers} == {instead}


@pytest.mark.parametrize("share", [NONE, Share(1), HALF, ALL])
def test_with_every_server_of_the_candidate_down_everybody_gets_the_live_version(
    world: World, old: Server, new: Server, share: Share
) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(share, old, new, SALT))
    down(haproxies, new, Slot.GREEN)
    assert haproxies.visits(20) == {"old": 20}


def down(haproxies: HAProxies, server: Server, slot: Slot) -> None:
    """Stop a server, and wait until HAProxy knows."""
    server.stop()
    with gevent.Timeout(10):
        while haproxies.balancers.servers_up(slot):
            gevent.sleep(0.05)
