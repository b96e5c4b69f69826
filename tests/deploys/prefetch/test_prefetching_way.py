"""What is pulled ahead makes way for deploys, and is there when they come."""

from __future__ import annotations

import gevent

from shippy.deploys.prefetch.ahead import GLANCE_SECONDS
from shippy.events import ImageResolved, WaitingForChecks
from shippy.model import HostStep, Phase
from tests.commands.desk import Desk
from tests.deploys.prefetches import HOSTS, SOON, Town
from tests.waiting import eventually
from tests.world import in_background, result_of


def test_a_pull_makes_way_for_a_deploy_and_is_made_up_for() -> None:
    town = Town()
    commit = town.opened("feature-y")
    pulling = town.fleet.host["web1"].hold(HostStep.PULLING)
    looking = in_background(town.look)
    assert pulling.reached.wait(5)
    checking = town.code.hold("statuses")
    shipping = in_background(town.ship)
    assert checking.reached.wait(5)
    assert result_of(looking) is None
    assert town.on("web1") == set()
    pulling.release()
    checking.release.set()
    assert result_of(shipping).phase is Phase.VERIFYING
    town.look()
    assert commit in town.there()


def test_what_has_made_way_is_not_made_up_for_in_haste_where_github_is_away() -> None:
    town = Town(prefetch={"every": "1h"})
    town.opened("feature-y")
    town.fleet.host["web1"].hold(HostStep.PULLING)
    watching = gevent.spawn(town.prefetching.run)
    try:
        assert eventually(lambda: town.pulls() == 1, SOON)
        checking = town.code.hold("statuses")
        shipping = in_background(town.ship)
        assert checking.reached.wait(5)
        # The pull sees the deploy, and makes way.
        gevent.sleep(3 * GLANCE_SECONDS)
        town.code.go_down()
        checking.release.set()
        assert result_of(shipping).phase is Phase.REFUSED
        assert eventually(lambda: town.asked("open_pulls") == 2, SOON)
        gevent.sleep(0.1)
        assert town.asked("open_pulls") == 2
    finally:
        watching.kill()


def test_nothing_is_pulled_or_removed_while_a_deploy_is_at_work() -> None:
    town = Town()
    gone = town.opened("feature-y")
    town.look()
    town.code.close_pull(1)
    later = town.opened("feature-z")
    hold = town.fleet.host["web1"].hold(HostStep.CREATING)
    shipping = in_background(town.ship)
    assert hold.reached.wait(5)
    town.look()
    assert all(gone in town.on(host) for host in HOSTS)
    assert not any(later in town.on(host) for host in HOSTS)
    hold.release()
    result_of(shipping)
    town.look()
    assert all(later in town.on(host) and gone not in town.on(host) for host in HOSTS)


def test_a_deploy_that_waits_for_a_person_holds_nothing_up() -> None:
    town = Town()
    town.ship()
    commit = town.opened("feature-y")
    town.look()
    assert commit in town.there()


def test_a_ship_of_what_is_there_says_so_and_pulls_nothing() -> None:
    town = Town()
    town.opened("feature-y")
    town.look()
    assert town.ship("feature-y").phase is Phase.VERIFYING
    assert set(town.happened(ImageResolved)[-1].there) == set(HOSTS)
    assert town.listener.progress
    assert HostStep.PULLING not in {progress.step for _, progress in town.listener.progress}


def test_a_ship_of_what_is_not_there_does_not_say_so() -> None:
    town = Town()
    town.ship()
    assert town.happened(ImageResolved)[-1].there == ()


def test_a_deploy_that_waits_for_its_checks_holds_nothing_up() -> None:
    town = Town()
    waiting = town.code.commit("feature-z")
    desk = Desk(town)
    town.code.set_status(waiting, "ci/build", "pending")
    shipping = desk.begin("ship --wait feature-z")
    assert eventually(lambda: bool(town.happened(WaitingForChecks)), SOON)
    commit = town.opened("feature-y")
    town.look()
    assert commit in town.on("web1")
    town.abort()
    shipping.join(timeout=5)
