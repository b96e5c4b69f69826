"""Links that fix one browser to the candidate, on a real HAProxy, which checks them itself."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import gevent
import pytest

from playground.machine.world import World
from shippy.model import ALL, Routing, Share, Slot, Traffic
from tests.integration.haproxies import Answer, HAProxies, Server, Tls, at, both, fetch

DEPLOY = "260101-120000-ab12cd34"
NEXT_DEPLOY = "260101-130000-cd34ab12"
NO_SHARE = Share(0)


def pinned(answer: Answer) -> str:
    """The cookie that a link gave."""
    assert (answer.status, answer.location) == (302, "/")
    assert answer.cookie.startswith("shippy_pin=")
    return answer.cookie


def changes_nothing(haproxies: HAProxies, link: str) -> None:
    """A link is not taken, nor is a cookie with its token."""
    answer = haproxies.follow(link)
    assert (answer.status, answer.set_cookie, answer.location) == (403, None, None)
    assert answer.text == "This link is out of date, or not for what is being verified of web now.\n"
    assert haproxies.get(cookie=f"shippy_pin={link.rpartition('/')[2]}").text == "old"


@pytest.mark.parametrize("sticky", ["cookie", "address", "none"])
def test_at_zero_percent_the_pinned_browser_gets_the_candidate_and_nobody_else_does(
    world: World, old: Server, new: Server, sticky: str
) -> None:
    haproxies = HAProxies(world, sticky=sticky)
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    cookie = pinned(haproxies.follow(haproxies.pins(DEPLOY).pin))
    for name in haproxies.machines:
        assert {haproxies.get(name, cookie=cookie).text for _ in range(20)} == {"new"}
        assert haproxies.requests_once(20, Slot.GREEN, name) == 20
        assert haproxies.visits(200, name) == {"old": 200}
        assert haproxies.requests(Slot.GREEN, name) == 20


def test_the_cookie_stands_beside_others_and_says_for_how_long(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    answer = haproxies.follow(haproxies.pins(DEPLOY, 60).pin)
    attributes = (answer.set_cookie or "").split("; ")[1:]
    (age,) = (int(attribute.removeprefix("Max-Age=")) for attribute in attributes if attribute.startswith("Max-Age="))
    assert 50 <= age <= 60
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes  # the site is not on TLS here
    visitor = haproxies.get().cookie
    together = f"session=1; {answer.cookie}; {visitor}; theme=dark"
    again = haproxies.get(cookie=together)
    assert (again.text, again.set_cookie) == ("new", None)
    assert new.cookies[-1] == together, "the app gets its own cookies as they are"


def test_on_tls_no_cookie_ever_leaves_it(world: World, old: Server, new: Server, tmp_path: Path) -> None:
    haproxies = HAProxies(world, ["lb1"], tls=Tls(tmp_path))
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    pins = haproxies.pins(DEPLOY)
    pin, unpin, first = haproxies.follow(pins.pin), haproxies.follow(pins.unpin), haproxies.get()
    for answer in (pin, unpin, first):
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set((answer.set_cookie or "").split("; "))
    assert haproxies.get(cookie=pinned(pin)).text == "new"
    assert first.text == "old"


def test_unpinning_takes_the_cookie_away_and_needs_a_link_of_its_own(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    pins = haproxies.pins(DEPLOY)
    cookie = pinned(haproxies.follow(pins.pin))
    answer = haproxies.follow(pins.unpin, cookie=cookie)
    assert (answer.status, answer.location) == (302, "/")
    assert (answer.set_cookie or "").startswith("shippy_pin=; Path=/; Max-Age=0; ")
    foreign = haproxies.follow(pins.pin.replace("/pin/", "/unpin/"), cookie=cookie)
    assert (foreign.status, foreign.set_cookie) == (403, None)
    changes_nothing(haproxies, pins.unpin.replace("/unpin/", "/pin/"))


def test_after_its_time_a_link_and_its_cookie_change_nothing(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    pins = haproxies.pins(DEPLOY, 2)
    cookie = pinned(haproxies.follow(pins.pin))
    with gevent.Timeout(5):
        while haproxies.get(cookie=cookie).text == "new":
            gevent.sleep(0.05)
    changes_nothing(haproxies, pins.pin)
    assert haproxies.follow(pins.unpin).status == 403


def test_a_link_with_one_bit_changed_changes_nothing(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    link = haproxies.pins(DEPLOY).pin
    start = len(link) - len(link.rpartition("/")[2])
    for place in range(start, len(link)):
        changed = link[:place] + chr(ord(link[place]) ^ 1) + link[place + 1 :]
        answer = haproxies.follow(changed)
        assert (answer.status, answer.set_cookie) == (403, None), changed
        assert haproxies.get(cookie=f"shippy_pin={changed[start:]}").text == "old", changed


@pytest.mark.parametrize("tail", ["/", "/x", ".x", "x", ";Domain=example.com"])
def test_a_link_with_more_behind_it_changes_nothing(world: World, old: Server, new: Server, tail: str) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    path = urlsplit(haproxies.pins(DEPLOY).pin).path
    answer = haproxies.get(path=path + tail)
    assert (answer.status, answer.set_cookie) == (403, None)
    assert haproxies.get(path=f"{path}?from=chat").status == 302, "a query is not part of the path"


@pytest.mark.parametrize("token", ["", ".", "..", f"{DEPLOY}..", f"{DEPLOY}.9999999999.", "a" * 4000])
def test_what_is_no_token_changes_nothing(world: World, old: Server, new: Server, token: str) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    for cookie in (None, pinned(haproxies.follow(haproxies.pins(DEPLOY).pin))):
        assert haproxies.get(path=f"/.shippy/pin/{token}", cookie=cookie).status == 403
        assert haproxies.get(path=f"/.shippy/unpin/{token}", cookie=cookie).status == 403
    assert haproxies.get(cookie=f"shippy_pin={token}").text == "old"


def test_the_links_of_another_deploy_change_nothing(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, NEXT_DEPLOY))
    changes_nothing(haproxies, haproxies.pins(DEPLOY).pin)
    assert haproxies.follow(haproxies.pins(NEXT_DEPLOY).pin).status == 302


def test_the_links_of_another_app_change_nothing_even_with_the_same_key(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"], other_app=True)
    other = haproxies.other
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    other.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    pins = haproxies.pins(DEPLOY)
    cookie = pinned(haproxies.follow(pins.pin))
    changes_nothing(haproxies, other.balancers.pins(DEPLOY, pins.until).pin)
    assert fetch(other.public_url, "/", cookie).text == "old"


def test_before_a_deploy_and_after_it_a_link_changes_nothing(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(Traffic(Routing(Slot.BLUE), both(old, new)))
    for deploy in (DEPLOY, ""):
        changes_nothing(haproxies, haproxies.pins(deploy).pin)


def test_a_pinned_browser_goes_on_over_the_swap_and_is_like_any_other_then(
    world: World, old: Server, new: Server
) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    cookie = pinned(haproxies.follow(haproxies.pins(DEPLOY).pin))
    haproxies.balancers.bring(at(ALL, old, new, DEPLOY))
    assert haproxies.get(cookie=cookie).text == "new"
    haproxies.balancers.bring(Traffic(Routing(Slot.GREEN), both(old, new)))
    assert haproxies.get(cookie=cookie).text == "new"
    haproxies.balancers.bring(Traffic(Routing(Slot.GREEN, Slot.BLUE, NO_SHARE, NEXT_DEPLOY), both(old, new)))
    assert haproxies.get(cookie=cookie).text == "new", "now as the live version"
    assert haproxies.get(cookie=pinned(haproxies.follow(haproxies.pins(NEXT_DEPLOY).pin))).text == "old"
    haproxies.balancers.bring(Traffic(Routing(Slot.BLUE), both(old, new)))
    assert haproxies.get(cookie=cookie).text == "old"


def test_a_pinned_browser_gets_the_live_version_while_no_server_of_the_candidate_is_up(
    world: World, old: Server, new: Server
) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    cookie = pinned(haproxies.follow(haproxies.pins(DEPLOY).pin))
    new.stop()
    with gevent.Timeout(10):
        while haproxies.verify().status != 503:
            gevent.sleep(0.05)
    assert haproxies.get(cookie=cookie).text == "old"


def test_without_a_key_those_paths_are_the_apps_own(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"], link_key=None)
    haproxies.balancers.bring(at(NO_SHARE, old, new, DEPLOY))
    assert haproxies.get(path=f"/.shippy/pin/{DEPLOY}").text == "old"
