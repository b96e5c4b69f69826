"""Which images are on the hosts before somebody ships them, when they come, and when they go."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import Any

import gevent
import pytest

from shippy.deploys.ahead import GLANCE_SECONDS, HOSTS_EVERY
from shippy.deploys.candidates import ASK_AGAIN_AFTER
from shippy.deploys.forgetting import Forgetting
from shippy.deploys.prefetching import Prefetching
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.errors import Unavailable
from shippy.events import ImageResolved, WaitingForChecks
from shippy.model import HostStep, Image, Phase, Revision
from tests.commands.desk import Desk
from tests.fakes.fleet import FakeFleet
from tests.fakes.hosts import IMAGE_SIZE
from tests.waiting import eventually
from tests.world import World, app_settings, in_background, result_of

SOON = 10.0
HOSTS = ("web1", "web2", "web3")


class Town(World):
    """A world whose app has what is green pulled ahead."""

    def __init__(self, mode: str = "on", **settings: Any) -> None:
        prefetch = {"mode": mode, **settings.pop("prefetch", {})}
        super().__init__(prefetch=prefetch, **settings)
        self.numbers = 0
        self.prefetching = Prefetching(self.deploys)

    def opened(self, branch: str, *, green: bool = True, label: str | None = None) -> str:
        """A branch with a pull request; returns its head."""
        self.numbers += 1
        commit = self.green(branch) if green else self.code.commit(branch)
        self.code.open_pull(self.numbers, branch)
        if label:
            self.code.label(self.numbers, label)
        return commit

    def look(self) -> None:
        self.prefetching.look("web")

    def restarted_prefetching(self) -> None:
        self.restarted()
        self.prefetching = Prefetching(self.deploys)

    def ahead(self) -> list[str]:
        """The commits whose images should be there, as people are told."""
        return [each.revision.commit for each in self.deploys.prefetched["web"]]

    def on(self, host: str) -> set[str]:
        """The commits whose images a host has."""
        return {image.reference.rpartition(":")[2] for image in self.fleet.host[host].images.values()}

    def there(self) -> set[str]:
        found = {frozenset(self.on(host)) for host in HOSTS}
        assert len(found) == 1, found
        return set(found.pop())

    def pulls(self) -> int:
        return [name for name, _ in self.fleet.calls].count("pull")

    def asked(self, name: str) -> int:
        return [call for call, _ in self.code.calls].count(name)

    def size(self, commit: str, size: int) -> None:
        """Let the image of a commit be so large."""
        digest = self.fleet.resolve(f"registry.example.com/acme/web:{commit}").digest
        for host in self.fleet.host.values():
            host.sizes[digest] = size


def forget(world: World) -> None:
    Forgetting(world.deploys).look()


# Which


def test_the_image_of_a_green_pull_request_is_pulled_on_every_host() -> None:
    town = Town()
    commit = town.opened("feature-y")
    town.look()
    assert town.there() == {commit}
    assert town.ahead() == [commit]


def test_a_branch_without_a_pull_request_is_nobodys() -> None:
    town = Town()
    town.look()
    assert town.there() == set()


@pytest.mark.parametrize("state", ["pending", "failure", "error"])
def test_a_build_that_is_not_green_is_not_pulled_until_it_is(state: str) -> None:
    town = Town()
    commit = town.opened("feature-y")
    town.code.set_status(commit, "ci/build", state)
    town.look()
    assert town.there() == set()
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == {commit}


def test_all_statuses_that_a_ship_requires_have_to_be_green() -> None:
    town = Town()
    commit = town.opened("feature-y", green=False)
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == set()
    town.code.set_status(commit, "qa/sign-off")
    town.look()
    assert town.there() == {commit}


def test_the_config_can_name_the_statuses_that_tell_of_the_build() -> None:
    town = Town(prefetch={"statuses": ["ci/build"]})
    commit = town.opened("feature-y", green=False)
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == {commit}


def test_a_status_that_is_only_told_holds_nothing_up() -> None:
    checks = {"statuses": ["ci/build", "qa/sign-off"], "levels": {"qa/sign-off": "advice"}}
    town = Town(checks=checks)
    commit = town.opened("feature-y", green=False)
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == {commit}


def test_by_label_only_those_with_the_label_are_pulled_in_whichever_letters() -> None:
    town = Town("label", prefetch={"label": "Ship next"})
    town.opened("feature-y")
    town.opened("feature-z", label="another")
    commit = town.opened("feature-w", label="ship NEXT")
    town.look()
    assert town.there() == {commit}


def test_a_draft_is_pulled_only_if_it_has_the_label() -> None:
    for mode, pulled in (("on", 0), ("label", 1)):
        town = Town(mode)
        town.opened("feature-y", label="prefetch")
        town.code.drafts.add(1)
        town.look()
        assert len(town.there()) == pulled


@pytest.mark.parametrize("forks", [False, True])
def test_what_comes_from_a_fork_is_pulled_only_where_forks_may_be_shipped(forks: bool) -> None:
    town = Town(forks=forks)
    commit = town.code.open_pull_of_fork(7, "mallory/web", "feature-x")
    for context in ("ci/build", "qa/sign-off"):
        town.code.set_status(commit, context)
    town.look()
    assert town.there() == ({commit} if forks else set())


def test_no_more_than_the_config_says_are_kept_and_those_that_changed_last_are() -> None:
    town = Town(prefetch={"keep": 2})
    first, second, third = (town.opened(f"branch-{number}") for number in range(3))
    town.look()
    assert town.there() == {second, third}
    town.code.label(1, "hurry")
    town.look()
    assert town.there() == {first, third}


def test_an_image_that_is_not_there_yet_is_asked_for_again_but_not_at_each_look() -> None:
    town = Town()
    commit = town.opened("feature-y")
    reference = f"registry.example.com/acme/web:{commit}"
    town.fleet.missing.add(reference)
    for _ in range(3):
        town.look()
    assert town.fleet.calls.count(("resolve", reference)) == 1
    town.fleet.missing.clear()
    town.clock.advance(ASK_AGAIN_AFTER.total_seconds())
    town.look()
    assert town.there() == {commit}


# When they go


def test_a_head_that_moves_on_takes_the_image_of_the_old_one_with_it() -> None:
    town = Town()
    town.opened("feature-y")
    town.look()
    newer = town.green("feature-y")
    town.look()
    assert town.there() == {newer}


def test_the_image_of_a_pull_request_that_is_closed_goes() -> None:
    town = Town()
    town.opened("feature-y")
    kept = town.opened("feature-z")
    town.look()
    town.code.close_pull(1)
    town.look()
    assert town.there() == {kept}


def test_a_label_that_is_taken_away_takes_the_image_with_it() -> None:
    town = Town("label")
    town.opened("feature-y", label="prefetch")
    town.look()
    town.code.label(1)
    town.look()
    assert town.there() == set()


def test_what_was_shipped_and_merged_stays_as_long_as_it_is_live() -> None:
    town = Town()
    town.opened("feature-y")
    town.look()
    town.ship("feature-y")
    live = town.commit()
    assert town.code.open_pulls() == ()
    town.look()
    assert town.ahead() == []
    assert town.there() == {live.commit}


def test_nothing_is_left_behind_by_a_daemon_that_was_killed() -> None:
    town = Town()
    live = town.make_live()
    town.opened("feature-y")
    kept = town.opened("feature-z")
    town.look()
    town.code.close_pull(1)
    town.restarted_prefetching()
    town.look()
    forget(town)
    assert town.there() == {live.commit, kept}


def test_what_is_ahead_is_not_taken_for_a_leftover_though_a_daemon_has_just_started() -> None:
    town = Town()
    live = town.make_live()
    ahead = town.opened("feature-y")
    town.look()
    town.restarted_prefetching()
    town.code.go_down()
    with pytest.raises(Unavailable):
        town.look()
    forget(town)
    assert town.there() == {live.commit, ahead}
    town.code.come_back()
    town.look()
    forget(town)
    assert town.there() == {live.commit, ahead}
    assert town.pulls() == 2


def test_once_it_is_switched_off_what_it_has_left_goes() -> None:
    town = Town()
    live = town.make_live()
    town.opened("feature-y")
    town.look()
    town.site = replace(town.site, settings=app_settings(prefetch={"mode": "off"}))
    town.restarted()
    forget(town)
    assert town.there() == {live.commit}


# Room


def test_no_more_is_pulled_than_there_is_room_for() -> None:
    town = Town(prefetch={"budget": "250m"})
    commits = [town.opened(f"branch-{number}") for number in range(3)]
    town.look()
    assert IMAGE_SIZE * 2 < 250 * 2**20 < IMAGE_SIZE * 3
    assert town.there() == set(commits[1:])
    assert town.ahead() == [commits[2], commits[1]]
    assert town.pulls() == 2


def test_a_new_one_makes_the_one_that_changed_longest_ago_go() -> None:
    town = Town(prefetch={"budget": "250m"})
    _, second = town.opened("branch-0"), town.opened("branch-1")
    town.look()
    third = town.opened("branch-2")
    town.look()
    assert town.there() == {second, third}


def test_one_that_turns_out_to_be_too_large_goes_again_and_is_not_pulled_at_each_look() -> None:
    town = Town(prefetch={"budget": "250m"})
    commit = town.opened("feature-y")
    town.size(commit, 300 * 2**20)
    for _ in range(3):
        town.look()
        town.clock.advance(HOSTS_EVERY.total_seconds())
    assert town.there() == set()
    assert town.pulls() == 1


def test_where_room_is_needed_what_aborted_deploys_have_left_goes_first() -> None:
    town = Town(prefetch={"budget": "250m"})
    live = town.make_live()
    town.ship()
    town.abort()
    first = town.opened("branch-0")
    town.look()
    assert len(town.there()) == 3
    second = town.opened("branch-1")
    town.look()
    assert town.there() == {live.commit, first, second}


def test_a_journal_that_knows_of_no_release_has_nothing_removed_but_what_was_pulled_ahead() -> None:
    town = Town(prefetch={"budget": "250m"})
    leftover = Image("registry.example.com/acme/web:old", "sha256:old")
    town.fleet.pull(leftover, lambda _: None)
    town.opened("branch-0")
    second, third = town.opened("branch-1"), town.opened("branch-2")
    town.look()
    assert town.there() == {"old", second, third}


# Deploys come first


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
    assert "web1 has not got the image of #1 (web) ahead: no space left on device" in caplog.text


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
