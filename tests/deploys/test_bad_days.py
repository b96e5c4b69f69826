"""Bad days, each of which has a promise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.deploys.service import Deploys
from shippy.deploys.steps.draining import drain
from shippy.deploys.watch.reconciler import Reconciler
from shippy.errors import LockHeld, ShippyError, UnknownRef
from shippy.events import ChecksReported, Entry, Preparing, Started
from shippy.model import Deploy, Phase, Routing, Share, Slot
from tests.fakes.chat import FakeListener
from tests.fakes.codehost import FakeCodeHost
from tests.world import DANA, GREEN_ONLY, KIM, THREAD, World, app_settings, in_background, result_of


def restart(world: World) -> Deploys:
    deploys = world.restarted()
    gevent.joinall(recover(deploys), raise_error=True)
    return deploys


def look(world: World, reconciler: Reconciler) -> None:
    try:
        reconciler.look(world.site)
    except ShippyError:
        return


def test_a_restart_does_not_retire_a_release_whose_slot_a_running_deploy_has() -> None:
    world = World(traffic={"warm": "0.01s"})
    world.make_live()
    world.ship()
    live = world.commit()
    world.green("feature-y")
    running = world.ship("feature-y")
    world.rollout(25)
    restart(world).warm.wait("web")
    assert world.deploys_on_hosts() == {live.id, running.id}
    assert world.routings == {Routing(Slot.BLUE, Slot.GREEN, Share.of_percent(25))}


def test_a_new_journal_and_no_balancer_do_not_make_the_live_release_a_leftover() -> None:
    world = World()
    live = world.make_live()
    world.journal.entries.clear()
    world.restarted()
    world.balancers.unreachable("lb1")
    world.balancers.unreachable("lb2")
    world.ship()
    assert world.deploys_on_hosts() == {live.id}


def test_balancers_that_come_back_keep_the_public_where_the_journal_is_new() -> None:
    world = World()
    world.make_live()
    world.journal.entries.clear()
    world.restarted()
    before = dict(world.balancers.traffic)
    reconciler = Reconciler(world.deploys)
    for name in world.balancers.names:
        world.balancers.unreachable(name)
    look(world, reconciler)
    for name in world.balancers.names:
        world.balancers.behave(name)
    look(world, reconciler)
    assert world.balancers.traffic == before


def test_an_abort_that_the_journal_missed_does_not_keep_the_next_daemon_from_starting() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.journal.fail()
    world.abort()
    world.journal.heal()
    world.ship()
    restart(world)


def test_an_abort_of_which_the_journal_has_only_the_end_can_be_read_again() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.rollout(25)
    world.balancers.hold()
    world.journal.fail()
    aborting = in_background(world.abort)
    assert world.balancers.holding.wait(5)
    world.journal.heal()
    world.balancers.release()
    result_of(aborting)
    assert world.deploys.recent(1)[0].phase is Phase.ABORTED


def test_abort_in_the_moment_when_the_checks_refuse() -> None:
    world = World()
    world.code.commit("no-qa")
    aborting: list[gevent.Greenlet[..., Any]] = []
    heard = world.listener.heard

    def abort_when_refused(entry: Entry, deploy: Deploy) -> None:
        heard(entry, deploy)
        if isinstance(entry.event, ChecksReported):
            aborting.append(in_background(world.abort))

    world.listener.heard = abort_when_refused  # type: ignore[method-assign] # the moment cannot be had otherwise
    shipped = result_of(in_background(lambda: world.ship("no-qa")))
    assert result_of(aborting[0]).phase is Phase.ABORTED
    assert shipped.phase is Phase.ABORTED
    assert world.deploys.recent(1)[0].phase is Phase.ABORTED


def test_a_listener_with_a_bug_does_not_stop_an_abort() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.rollout(25)

    def broken(_entry: Entry, _deploy: Deploy) -> None:
        raise KeyError("a sentence with a bug")

    world.listener.heard = broken  # type: ignore[method-assign, assignment] # a bug, on purpose
    result_of(in_background(world.abort))
    assert world.routings == {GREEN_ONLY}


def test_one_deploy_of_an_app_at_a_time_even_when_its_lock_is_renamed() -> None:
    world = World(lock="a")
    world.make_live()
    world.ship()
    world.site = replace(world.site, settings=app_settings(lock="b"))
    restart(world)
    with pytest.raises(LockHeld):
        world.ship()


def test_an_abort_after_a_merge_whose_record_was_lost_is_too_late_or_tells_it() -> None:
    world = World()
    world.make_live()
    deploy = world.ship()
    world.journal.fail(after=4)  # ShareChanging, ShareChanged, Committing, Merging; Merged is lost
    result_of(in_background(world.commit))
    world.journal.heal()
    result_of(in_background(world.abort))
    aborted = world.deploys.recent(1)[0].phase is Phase.ABORTED
    in_master = world.code.compare("master", deploy.commit or "").ahead_by == 0
    assert not (aborted and in_master), "master has it, production has not, and nobody was told"


def test_the_same_with_a_merge_whose_answer_was_lost() -> None:
    world = World()
    world.make_live()
    deploy = world.ship()
    world.code.lose_answers_of_merges()
    assert world.commit().phase is Phase.UNMERGED
    result_of(in_background(world.abort))
    aborted = world.deploys.recent(1)[0].phase is Phase.ABORTED
    in_master = world.code.compare("master", deploy.commit or "").ahead_by == 0
    assert not (aborted and in_master), "master has it, production has not, and nobody was told"


def test_a_live_commit_that_github_has_forgotten_is_drift_and_no_refusal() -> None:
    world = World()
    world.make_live()
    world.code = FakeCodeHost()
    world.code.commit("other", 5)
    world.site = replace(world.site, code=world.code)
    world.restarted()
    world.green("feature-x")
    deploy = world.ship()
    assert deploy.phase is Phase.VERIFYING, deploy.reason


def test_a_drain_ends_at_its_deadline_with_a_balancer_that_answers_slowly() -> None:
    world = World(traffic={"drain": "3s"})
    begun = world.clock.now()

    def slow(_: Slot) -> int:
        world.clock.advance(2.0)
        return 1

    world.balancers.sessions = slow  # type: ignore[method-assign, assignment] # it takes its time
    drain(world.site, Slot.GREEN, world.clock)
    assert (world.clock.now() - begun).total_seconds() < 8


def test_a_warm_release_stays_on_the_balancers_after_a_restart() -> None:
    world = World(traffic={"warm": "1h"})
    world.make_live()
    world.ship()
    world.commit()
    before = dict(world.balancers.traffic)
    look(world, Reconciler(restart(world)))
    assert world.balancers.traffic == before


def test_a_merge_that_fails_in_another_way_is_unmerged_too() -> None:
    world = World()
    world.make_live()
    world.ship()

    def merge(*_: object) -> str:
        raise UnknownRef("feature-x")

    world.code.merge = merge  # type: ignore[method-assign, assignment] # somebody has deleted the branch
    result_of(in_background(world.commit))
    assert world.deploys.recent(1)[0].phase is Phase.UNMERGED


def test_a_container_that_docker_gave_another_port_gets_its_traffic_back() -> None:
    world = World()
    live = world.make_live()
    host = world.fleet.host["web1"]
    (container,) = host.of_deploy(live.id)
    assert container.endpoint
    host.containers[container.id] = replace(container, endpoint=replace(container.endpoint, port=40000))
    look(world, Reconciler(world.deploys))
    assert 40000 in {endpoint.port for endpoint in world.balancers.traffic["lb1"].in_slot(Slot.GREEN)}


def test_a_running_deploy_of_an_app_that_was_taken_out_of_the_config_is_no_dead_greenlet() -> None:
    world = World()
    world.ship()
    deploys = Deploys({"api": replace(world.site, name="api")}, world.journal, world.clock, world.listener)
    gevent.joinall(recover(deploys), raise_error=True)


def test_a_ship_that_does_not_begin_leaves_the_warm_release_its_time() -> None:
    world = World(traffic={"warm": "0.01s"})
    world.make_live()
    deploy = world.ship()
    world.commit()
    world.journal.fail()
    result_of(in_background(world.ship))
    world.journal.heal()
    world.deploys.warm.wait("web")
    assert world.deploys_on_hosts() == {deploy.id}


def test_an_abort_that_is_done_is_no_error_because_the_next_in_the_queue_cannot_be_recorded() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.deploys.waiting.join("production", KIM, THREAD)
    world.journal.fail()
    outcome = result_of(in_background(world.abort))
    assert isinstance(outcome, Deploy), outcome


def test_a_ship_whose_place_in_the_queue_cannot_be_recorded_has_not_begun() -> None:
    world = World()
    world.make_live()
    world.deploys.waiting.join("production", DANA, THREAD)
    world.journal.fail(after=1)  # Started; Left is lost
    result_of(in_background(world.ship))
    world.journal.heal()
    assert list(world.deploys.locks) == [], "the lock is held by a deploy in which nothing happens"


class AbortsAtOnce(FakeListener):
    """Somebody who aborts each deploy as soon as it has begun, before its preparation has."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        super().heard(entry, deploy)
        if isinstance(entry.event, Started):
            self._world.abort(KIM)


def test_an_abort_between_the_beginning_and_the_preparation_is_the_end_of_the_deploy() -> None:
    world = World()
    world.listener = AbortsAtOnce(world)
    world.restarted()
    assert world.ship().phase is Phase.ABORTED
    assert world.happened(Preparing) == []
    assert world.deploys_on_hosts() == set()
    assert list(world.deploys.locks) == []
