"""What is seen beside the deploys: told once, and mended where what is recorded leaves no doubt."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gevent
import pytest

from shippy.deploys.watch.reconciler import HOSTS_SECONDS, LOOK_SECONDS, Reconciler
from shippy.events import AppEvent, Drifted, Event, Mended, Part, Settled, Swept
from shippy.model import HostStep, Image, Phase, Release, Routing, Share, Slot, Traffic
from tests.world import GREEN_ONLY, World, in_background, result_of

EMPTY = Traffic(Routing(Slot.BLUE))


class Watched(World):
    """A world with something live, which is looked at as the daemon does it."""

    def __init__(self) -> None:
        super().__init__(min_hosts=2)
        self.live = self.make_live()
        self.reconciler = Reconciler(self.deploys)

    def look(self, seconds: float = 0.0) -> None:
        """Look at everything once; or at the balancers and hosts in their turn, for so many seconds."""
        self.reconciler.look(self.site)
        for number in range(1, round(seconds / LOOK_SECONDS) + 1):
            self.clock.advance(LOOK_SECONDS)
            if number * LOOK_SECONDS % HOSTS_SECONDS == 0:
                self.reconciler.look_at_hosts(self.site)
            self.reconciler.look_at_balancers(self.site)

    @property
    def told(self) -> list[Event]:
        """What was told; the journal has the same."""
        told = [entry.event for entry in self.listener.apps]
        assert told == [event for event in self.journal.events if isinstance(event, AppEvent)]
        return told

    def lose(self, host: str) -> None:
        """Somebody removes the live container by hand."""
        (container,) = self.fleet.host[host].of_deploy(self.live.id)
        del self.fleet.host[host].containers[container.id]

    def leave(self, deploy: str, host: str) -> str:
        """A container of a deploy stands on a host."""
        release = Release("web", deploy, "c" * 40, Image("acme/web:1", "sha256:1"), Slot.BLUE)
        return self.fleet.host[host].place(release).name


@pytest.fixture
def watched() -> Watched:
    return Watched()


# Balancers


def test_a_restarted_balancer_is_mended_and_it_is_told_once(watched: Watched) -> None:
    wanted = watched.balancers.traffic["lb1"]
    watched.balancers.traffic["lb1"] = EMPTY
    watched.look(5)
    assert watched.balancers.traffic["lb1"] == wanted
    assert watched.told == [Mended("web", Part.BALANCER, "lb1")]


def test_a_balancer_that_somebody_changes_again_and_again_is_told_once(watched: Watched) -> None:
    for _ in range(40):
        watched.balancers.traffic["lb2"] = EMPTY
        watched.look(LOOK_SECONDS)
    assert watched.routings == {GREEN_ONLY}
    assert watched.told == [Mended("web", Part.BALANCER, "lb2")]


def test_a_balancer_that_is_away_is_told_within_ten_seconds_and_told_once_again_when_it_is_back(
    watched: Watched,
) -> None:
    watched.balancers.unreachable("lb1", "connection refused")
    watched.look(60)
    (drifted,) = watched.told
    assert drifted == Drifted("web", Part.BALANCER, "lb1", "connection refused")
    assert (watched.listener.apps[0].at - watched.clock.now()).total_seconds() < -50
    assert list(watched.deploys.wrong["web"]) == [drifted]
    watched.balancers.behave("lb1")
    watched.look(20)
    assert watched.told == [drifted, Settled("web", Part.BALANCER, "lb1")]
    assert list(watched.deploys.wrong["web"]) == []


def test_what_is_wrong_is_known_to_the_next_daemon(watched: Watched) -> None:
    watched.balancers.unreachable("lb1", "connection refused")
    watched.lose("web2")
    watched.look(10)
    (away,) = watched.deploys.wrong["web"]
    assert list(watched.restarted().wrong["web"]) == [away]


def test_what_was_wrong_with_a_host_that_the_config_has_no_longer_is_over(watched: Watched) -> None:
    watched.fleet.host["web3"].reachable = False
    watched.look(10)
    (away,) = watched.deploys.wrong["web"]
    assert isinstance(away, Drifted)
    assert (away.part, away.name) == (Part.HOST, "web3")
    del watched.fleet.host["web3"]
    assert list(watched.restarted().wrong["web"]) == []


def test_a_reload_in_which_a_balancer_does_not_answer_for_a_moment_is_not_told(watched: Watched) -> None:
    watched.balancers.unreachable("lb1")
    watched.look(1)
    watched.balancers.behave("lb1")
    watched.look(30)
    assert watched.told == []


def test_a_balancer_that_comes_back_without_its_state_has_it_at_the_next_look(watched: Watched) -> None:
    watched.balancers.unreachable("lb1")
    watched.look(5)
    watched.balancers.traffic["lb1"] = EMPTY
    watched.balancers.behave("lb1")
    watched.look(LOOK_SECONDS)
    assert watched.routings == {GREEN_ONLY}
    watched.look(30)
    assert [type(event) for event in watched.told] == [Drifted, Mended]


def test_a_balancer_that_refuses_the_recorded_state_is_told_once(watched: Watched) -> None:
    watched.balancers.traffic["lb1"] = EMPTY
    watched.balancers.refuse("lb1", "permission denied")
    watched.look(30)
    assert watched.told == [Drifted("web", Part.BALANCER, "lb1", "permission denied")]


def test_a_balancer_is_mended_also_when_the_journal_is_broken(watched: Watched) -> None:
    watched.balancers.traffic["lb1"] = EMPTY
    watched.journal.fail()
    watched.look()
    assert watched.routings == {GREEN_ONLY}
    assert [entry.event for entry in watched.listener.apps] == [Mended("web", Part.BALANCER, "lb1")]


# Containers


def test_a_live_container_that_was_removed_by_hand_is_told_and_started_again(watched: Watched) -> None:
    watched.lose("web2")
    watched.look(60)
    assert watched.told == [
        Drifted("web", Part.CONTAINER, "web2", "the live one is gone"),
        Mended("web", Part.CONTAINER, "web2"),
    ]
    (container,) = watched.fleet.host["web2"].of_deploy(watched.live.id)
    assert container.endpoint in watched.balancers.traffic["lb1"].in_slot(Slot.GREEN)


def test_a_live_container_that_was_not_there_when_a_deploy_began_gets_its_traffic_back(watched: Watched) -> None:
    host = watched.fleet.host["web2"]
    host.fail(HostStep.CREATING, "no space left")
    watched.lose("web2")
    watched.ship()
    watched.rollout(25)
    host.mend()
    watched.look(10)
    (container,) = host.of_deploy(watched.live.id)
    assert container.endpoint in watched.balancers.traffic["lb1"].in_slot(Slot.GREEN)
    assert watched.abort().phase is Phase.ABORTED
    assert container.endpoint in watched.balancers.traffic["lb1"].in_slot(Slot.GREEN)


def test_a_live_container_that_has_died_is_seen_within_ten_seconds(watched: Watched) -> None:
    watched.look()
    (container,) = watched.fleet.host["web1"].of_deploy(watched.live.id)
    watched.fleet.host["web1"].stop(container)
    died = watched.clock.now()
    watched.look(10)
    assert watched.told[0] == Drifted("web", Part.CONTAINER, "web1", "the live one has exited")
    assert (watched.listener.apps[0].at - died).total_seconds() <= 10


def test_a_live_container_that_has_exited_is_left_to_its_engine_until_the_next_look(watched: Watched) -> None:
    """An engine that is being restarted tells of it, too, and starts it again by itself."""
    host = watched.fleet.host["web1"]
    (container,) = host.of_deploy(watched.live.id)
    host.stop(container)
    watched.look()
    assert [one.id for one in host.of_deploy(watched.live.id)] == [container.id]
    watched.look(20)
    assert watched.told[-1] == Mended("web", Part.CONTAINER, "web1")
    assert [one.id for one in host.of_deploy(watched.live.id)] != [container.id]


def test_a_live_container_that_does_not_start_is_tried_again_rarely_and_told_once(watched: Watched) -> None:
    watched.lose("web2")
    watched.fleet.host["web2"].fail(HostStep.CHECKING, "not healthy within 60 s")
    watched.look(300)
    assert watched.told == [Drifted("web", Part.CONTAINER, "web2", "the live one is gone")]
    tries = [call for call in watched.fleet.calls if call[0] == "prepare"]
    assert len(tries) - 1 == 6


def test_a_container_that_docker_is_starting_again_is_only_told(watched: Watched) -> None:
    host = watched.fleet.host["web1"]
    (container,) = host.of_deploy(watched.live.id)
    host.containers[container.id] = replace(container, state="restarting", endpoint=None)
    watched.look(30)
    assert watched.told == [Drifted("web", Part.CONTAINER, "web1", "the live one exits again and again")]
    assert host.of_deploy(watched.live.id)[0].state == "restarting"


def test_a_live_container_is_started_again_after_a_restart_of_the_daemon_too(watched: Watched) -> None:
    watched.reconciler = Reconciler(watched.restarted())
    watched.look()
    watched.lose("web2")
    watched.look(10)
    assert len(watched.fleet.containers_of(watched.live.id)) == 3
    assert watched.told[-1] == Mended("web", Part.CONTAINER, "web2")


def test_what_is_being_verified_is_left_to_whoever_verifies_it(watched: Watched) -> None:
    deploy = watched.ship()
    (container,) = watched.fleet.host["web3"].of_deploy(deploy.id)
    watched.fleet.host["web3"].stop(container)
    watched.look(30)
    assert watched.told == [Drifted("web", Part.CONTAINER, "web3", "the new one has exited")]


def test_a_container_that_no_recorded_deploy_has_started_is_told_and_not_touched(watched: Watched) -> None:
    name = watched.leave("somebody-elses", "web1")
    watched.look(30)
    assert watched.told == [Drifted("web", Part.CONTAINER, "web1", f"no recorded deploy has started {name}")]
    assert watched.fleet.host["web1"].of_deploy("somebody-elses")


def test_a_host_that_is_away_is_told_once_and_holds_up_no_balancer(watched: Watched) -> None:
    watched.fleet.host["web1"].reachable = False
    watched.balancers.traffic["lb1"] = EMPTY
    watched.look(30)
    assert watched.routings == {GREEN_ONLY}
    assert [event for event in watched.told if isinstance(event, Drifted)] == [
        Drifted("web", Part.HOST, "web1", "does not answer (connection refused)")
    ]


# Restarts of the daemon


def test_what_was_told_before_a_restart_is_not_told_again_and_its_end_is(watched: Watched) -> None:
    watched.fleet.host["web1"].reachable = False
    watched.balancers.unreachable("lb1")
    watched.look(30)
    told = watched.told
    assert len(told) == 2
    watched.reconciler = Reconciler(watched.restarted())
    watched.look(30)
    assert watched.told == told
    watched.fleet.host["web1"].mend()
    watched.balancers.behave("lb1")
    watched.reconciler = Reconciler(watched.restarted())
    watched.look(30)
    assert set(watched.told[2:]) == {Settled("web", Part.HOST, "web1"), Settled("web", Part.BALANCER, "lb1")}
    watched.fleet.host["web1"].reachable = False
    watched.look(30)
    assert len(watched.told) == 5


def test_what_is_mended_again_and_again_is_told_once_over_a_restart_too(watched: Watched) -> None:
    for _ in range(3):
        watched.balancers.traffic["lb1"] = EMPTY
        watched.look()
        watched.reconciler = Reconciler(watched.restarted())
    assert watched.told == [Mended("web", Part.BALANCER, "lb1")]


# What ended deploys have left


def abort_without(watched: Watched, host: str) -> str:
    """An abort while a host is away: it keeps a container. Returns the deploy's id."""
    deploy = watched.ship()
    watched.rollout(25)
    watched.fleet.host[host].reachable = False
    assert watched.abort().phase is Phase.ABORTED
    assert watched.fleet.host[host].of_deploy(deploy.id)
    return deploy.id


def test_a_host_that_comes_back_late_is_cleaned_by_the_next_look(watched: Watched) -> None:
    deploy = abort_without(watched, "web2")
    watched.look(10)
    watched.fleet.host["web2"].mend()
    watched.look(30)
    assert watched.fleet.containers_of(deploy) == []
    assert len(watched.fleet.containers_of(watched.live.id)) == 3
    swept = [event for event in watched.told if isinstance(event, Swept)]
    assert [(event.host, len(event.containers)) for event in swept] == [("web2", 1)]


def test_nothing_is_swept_while_a_balancer_does_not_tell_where_it_sends_visitors(watched: Watched) -> None:
    deploy = abort_without(watched, "web2")
    watched.fleet.host["web2"].mend()
    watched.balancers.unreachable("lb2")
    watched.look(30)
    assert watched.fleet.containers_of(deploy)
    watched.balancers.behave("lb2")
    watched.look(10)
    assert watched.fleet.containers_of(deploy) == []


def test_a_running_deploy_and_what_is_live_are_never_swept(watched: Watched) -> None:
    deploy = watched.ship()
    watched.rollout(25)
    watched.look(60)
    assert watched.deploys_on_hosts() == {watched.live.id, deploy.id}
    assert watched.told == []


def test_a_warm_release_is_not_swept() -> None:
    world = World(traffic={"warm": "1h"})
    before = world.make_live()
    deploy = world.ship()
    world.commit()
    for deploys in (world.deploys, world.restarted()):
        Reconciler(deploys).look(world.site)
        assert {before.id, deploy.id} <= world.deploys_on_hosts()


def test_nothing_is_swept_beside_a_journal_that_knows_of_nothing(watched: Watched) -> None:
    watched.leave("older", "web1")
    watched.journal.entries.clear()
    watched.reconciler = Reconciler(watched.restarted())
    watched.reconciler.look_at_hosts(watched.site)
    assert watched.deploys_on_hosts() == {watched.live.id, "older"}


def test_what_the_hosts_told_before_a_deploy_went_on_is_not_acted_upon(watched: Watched) -> None:
    watched.ship()
    hold = watched.fleet.host["web1"].hold(HostStep.CONNECTING)
    looking = in_background(lambda: watched.reconciler.look_at_hosts(watched.site))
    assert hold.reached.wait(5)
    watched.lose("web2")
    watched.rollout(25)
    hold.release()
    result_of(looking)
    assert watched.told == []


# The loop


@pytest.fixture
def running(watched: Watched) -> Iterator[Watched]:
    greenlet = gevent.spawn(watched.reconciler.run)
    yield watched
    greenlet.kill()


def test_a_host_that_hangs_does_not_keep_the_balancers_from_being_mended(
    running: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    hold = running.fleet.host["web1"].hold(HostStep.CONNECTING)
    assert hold.reached.wait(5)
    running.balancers.traffic["lb1"] = EMPTY
    with gevent.Timeout(5):
        while running.routings != {GREEN_ONLY}:
            gevent.sleep(0)
    hold.release()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("what", ["balancers", "hosts"])
def test_a_bug_in_a_look_is_logged_and_the_next_look_does_its_work(
    running: Watched, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    looked_at: Any = {"balancers": running.balancers, "hosts": running.fleet}[what]
    name = {"balancers": "traffic", "hosts": "host"}[what]
    whole = getattr(looked_at, name)
    setattr(looked_at, name, None)
    with gevent.Timeout(5):
        while f"a bug while looking at the {what} of web" not in caplog.text:
            gevent.sleep(0)
    setattr(looked_at, name, whole)
    running.balancers.traffic["lb1"] = EMPTY
    running.lose("web2")
    with gevent.Timeout(5):
        while running.routings != {GREEN_ONLY} or len(running.fleet.containers_of(running.live.id)) < 3:
            gevent.sleep(0)


def test_the_share_of_a_running_deploy_is_what_a_balancer_is_brought_back_to(watched: Watched) -> None:
    watched.ship()
    watched.rollout(25)
    watched.balancers.traffic["lb1"] = EMPTY
    watched.look()
    assert watched.routings == {Routing(Slot.GREEN, Slot.BLUE, Share.of_percent(25))}
