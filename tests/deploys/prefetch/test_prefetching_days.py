"""Looking for what will be shipped next: on bad days, and what it costs on good ones."""

from __future__ import annotations

import logging
from functools import partial

import gevent
import pytest

from shippy.deploys.prefetch.ahead import HOSTS_EVERY
from shippy.deploys.prefetch.prefetching import Prefetching
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.errors import Unavailable
from shippy.model import HostStep, Revision
from tests.commands.desk import Desk
from tests.deploys.prefetches import HOSTS, SOON, Town
from tests.fakes.fleet import FakeFleet
from tests.waiting import eventually
from tests.world import app_settings, in_background, result_of

# Bad days


def test_github_being_away_is_told_once_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    town = Town(prefetch={"every": "30s"})
    commit = town.opened("feature-y")
    town.look()
    town.code.go_down()
    watching = gevent.spawn(town.prefetching.run)
    try:
        assert eventually(lambda: town.asked("open_pulls") == 2, SOON)
        town.prefetching.wake("Acme/Web")
        assert eventually(lambda: town.asked("open_pulls") == 3, SOON)
    finally:
        watching.kill()
    assert town.there() == {commit}
    told = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "what will be shipped next to web cannot be looked at" in told[0]


def test_a_status_that_cannot_be_read_is_no_reason_to_remove_anything() -> None:
    town = Town()
    commit = town.opened("feature-y")
    town.look()
    held = town.code.hold("statuses")
    looking = in_background(town.look)
    assert held.reached.wait(5)
    town.code.go_down()
    held.release.set()
    assert isinstance(result_of(looking), Unavailable)
    assert (town.there(), town.ahead()) == ({commit}, [commit])


def test_github_is_not_asked_before_it_wants_to_be() -> None:
    town = Town()
    town.code.go_down("rate limited", retry_after=600)
    with pytest.raises(Unavailable):
        town.look()
    town.look()
    assert town.asked("open_pulls") == 1
    town.clock.advance(600)
    town.code.come_back()
    town.look()
    assert town.asked("open_pulls") == 2


def test_a_host_that_was_away_gets_it_when_it_is_back_and_holds_up_no_other() -> None:
    town = Town()
    commit = town.opened("feature-y")
    town.fleet.host["web2"].reachable = False
    town.look()
    assert [commit in town.on(host) for host in HOSTS] == [True, False, True]
    town.fleet.host["web2"].mend()
    town.look()
    town.clock.advance(HOSTS_EVERY.total_seconds())
    town.look()
    assert town.there() == {commit}


def test_a_registry_that_refuses_is_not_asked_at_each_look(caplog: pytest.LogCaptureFixture) -> None:
    town = Town()
    town.opened("feature-y")
    for host in town.fleet.host.values():
        host.fail(HostStep.PULLING, "no space left on device")
    for _ in range(3):
        town.look()
    assert town.pulls() == 1
    assert "web1 does not have the image of #1 (web) ahead: no space left on device" in caplog.text


# What it costs


def test_where_nothing_changes_neither_hosts_nor_registry_are_asked() -> None:
    town = Town()
    for number in range(3):
        town.opened(f"branch-{number}")
    town.look()
    before = list(town.fleet.calls)
    for _ in range(5):
        town.look()
    assert town.fleet.calls == before
    assert (town.asked("open_pulls"), town.asked("statuses")) == (6, 18)


def test_only_one_image_is_pulled_at_a_time() -> None:
    town = Town()
    commits = {town.opened(f"branch-{number}") for number in range(2)}
    hold = town.fleet.host["web1"].hold(HostStep.PULLING)
    looking = in_background(town.look)
    assert hold.reached.wait(5)
    gevent.sleep(0.2)
    assert town.pulls() == 1
    hold.release()
    result_of(looking)
    assert town.there() == commits


def test_only_one_image_is_pulled_at_a_time_of_all_apps_together() -> None:
    town = Town()
    commit = town.opened("feature-y")
    workers = FakeFleet()
    worker = Site("worker", app_settings(prefetch={"mode": "on"}), town.code, workers, town.balancers)
    town.deploys = Deploys({"web": town.site, "worker": worker}, town.journal, town.clock, town.listener)
    town.prefetching = Prefetching(town.deploys)
    hold = town.fleet.host["web1"].hold(HostStep.PULLING)
    looks = [in_background(partial(town.prefetching.look, app)) for app in ("web", "worker")]
    assert hold.reached.wait(5)
    gevent.sleep(0.05)
    assert "pull" not in {name for name, _ in workers.calls}
    hold.release()
    assert [result_of(look) for look in looks] == [None, None]
    assert commit in town.on("web1")
    assert "pull" in {name for name, _ in workers.calls}


def test_two_pull_requests_of_one_commit_are_one_image() -> None:
    town = Town()
    commit = town.opened("feature-y")
    town.code.branches["feature-z"] = commit
    town.code.open_pull(9, "feature-z")
    town.look()
    assert (town.ahead(), town.pulls()) == ([commit], 1)


def test_a_call_of_github_makes_it_look_at_once_and_only_for_that_repository() -> None:
    town = Town(prefetch={"every": "1h"})
    watching = gevent.spawn(town.prefetching.run)
    try:
        assert eventually(lambda: town.asked("open_pulls") == 1, SOON)
        commit = town.opened("feature-y")
        town.prefetching.wake("acme/another")
        gevent.sleep(0.1)
        assert town.asked("open_pulls") == 1
        town.prefetching.wake("Acme/web")
        assert eventually(lambda: commit in town.on("web1"), SOON)
    finally:
        watching.kill()


def test_what_is_ahead_knows_its_pull_request() -> None:
    town = Town()
    town.opened("feature-y")
    town.look()
    (each,) = town.deploys.prefetched["web"]
    assert isinstance(each.revision, Revision)
    assert (each.revision.ref, each.revision.branch) == ("#1", "feature-y")


def test_the_command_hosts_tells_what_is_ahead_and_how_much_of_the_budget_it_takes() -> None:
    town = Town(prefetch={"budget": "1g"})
    desk = Desk(town)
    assert "not known yet" in desk.says("hosts")
    commit = town.opened("feature-y")
    town.fleet.host["web2"].reachable = False
    town.look()
    ahead = f"#1 (feature-y at {commit[:8]}, 95 MiB); 95 MiB of 1 GiB"
    assert f"Prefetched on web1 and web3: {ahead}." in desk.says("hosts").splitlines()
