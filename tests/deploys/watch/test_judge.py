"""The new release beside the live one, for as long as both have traffic: what is said of it, and what follows."""

from __future__ import annotations

import gevent
import pytest

from shippy.deploys.steps import climbing
from shippy.deploys.watch.judge import Judge
from shippy.errors import JournalFailed, Unavailable
from shippy.events import Aborting, Judged, RampStopped
from shippy.model import Opinion, Phase, Share, Slot
from tests.deploys.trials import Trial
from tests.fakes.clock import WallClock
from tests.fakes.metrics import FakeMetrics
from tests.waiting import eventually
from tests.world import DANA, World

LATENCY = {"name": "latency", "prometheus": "http://prometheus:9090", "candidate": "new", "stable": "old", "looks": 2}


def test_a_worse_release_is_said_to_be_once_with_its_numbers_and_stays_where_it_is() -> None:
    trial = Trial()
    trial.new = 0.2
    trial.visits(30)
    (judged,) = trial.judged
    assert judged.judgement.opinion is Opinion.WORSE
    assert judged.judgement.seconds <= 5
    assert judged.judgement.measures[0].candidate == "20 %"
    assert not judged.aborting
    assert trial.session.deploy.phase is Phase.ROLLING


def test_a_good_release_is_said_to_be_after_it_could_not_be_told_for_a_while() -> None:
    trial = Trial()
    trial.visits(90)
    assert trial.opinions == [Opinion.UNDECIDED, Opinion.AS_GOOD]
    undecided, good = (event.judgement for event in trial.judged)
    assert undecided.more_seconds == pytest.approx(good.seconds - undecided.seconds, abs=15)


def test_another_share_begins_another_comparison() -> None:
    trial = Trial()
    trial.visits(60)
    trial.world.rollout(50)
    trial.visits(3)
    assert trial.session.judgement is not None
    assert trial.session.judgement.share == Share.of_percent(50)
    assert trial.session.judgement.seconds == 2
    trial.new = 0.3
    trial.visits(20)
    assert trial.opinions[-1] is Opinion.WORSE
    assert trial.judged[-1].judgement.share == Share.of_percent(50)


@pytest.mark.parametrize("percent", [0, 100])
def test_nothing_is_compared_where_only_one_release_has_traffic(percent: int) -> None:
    trial = Trial(percent=percent)
    trial.new = 0.5
    trial.visits(30)
    assert trial.judged == []


def test_the_first_release_of_all_has_nothing_beside_it() -> None:
    world = World()
    world.ship()
    world.rollout(50)
    Judge(world.deploys).look(world.site)
    (session,) = world.deploys.locks
    assert session.judgement is None


def test_with_the_guard_abort_a_worse_release_is_taken_back_with_the_numbers_as_the_reason() -> None:
    trial = Trial(guard="abort")
    trial.new = 0.2
    session = trial.session
    while not session.deploy.phase.ended:
        trial.visits(1)
    assert session.deploy.phase is Phase.ABORTED
    events = trial.world.journal.events
    judged, aborting = trial.world.happened(Judged), trial.world.happened(Aborting)
    assert judged[0].aborting
    assert events.index(judged[0]) < events.index(aborting[0])
    assert aborting[0].by.id == "shippy"
    assert "5xx answers 20 % of" in aborting[0].reason
    assert {traffic.routing.candidate for traffic in trial.world.balancers.traffic.values()} == {None}


def test_with_the_guard_off_there_are_only_numbers_for_who_asks() -> None:
    trial = Trial(guard=False)
    trial.new = 0.2
    trial.visits(30)
    assert trial.judged == []
    assert trial.session.judgement is not None
    assert trial.session.judgement.opinion is Opinion.WORSE


def test_a_worse_release_climbs_no_further() -> None:
    trial = Trial()
    climbing.begin(trial.world.deploys, "web", (Share.of_percent(25), Share.of_percent(50)), 300.0, DANA)
    trial.new = 0.2
    trial.visits(10)
    (stopped,) = trial.world.happened(RampStopped)
    assert stopped.reason.startswith("it is worse than what is live: 5xx answers 20 % of")
    assert trial.session.deploy.ramp is None


def test_what_is_said_is_in_the_journal_first_and_said_again_where_it_could_not_be_recorded() -> None:
    trial = Trial(guard="abort")
    trial.new = 0.2
    trial.world.journal.fail()
    with pytest.raises(JournalFailed):
        trial.visits(10)
    assert trial.session.deploy.phase is Phase.ROLLING
    trial.world.journal.heal()
    trial.visits(1)
    assert trial.world.deploys.recent(1)[0].phase is Phase.ABORTED
    assert len(trial.judged) == 1


def test_a_balancer_that_does_not_answer_is_said_and_nothing_is_as_good_without_any() -> None:
    trial = Trial()
    for name in ("lb1", "lb2"):
        trial.world.balancers.counted[name] = Unavailable(name, "nginx does not count answers by release")
    for _ in range(15):
        trial.world.clock.advance(1)
        trial.look()
    assert trial.opinions == [Opinion.UNDECIDED]
    assert "nginx does not count" in trial.judged[0].judgement.measures[0].trouble


def test_what_is_counted_while_the_share_is_being_moved_is_left_out() -> None:
    trial = Trial()
    trial.visits(3)
    assert trial.session.judgement is not None
    before = trial.session.judgement.measures[0].candidate_requests
    trial.world.balancers.hold()
    moving = gevent.spawn(trial.world.rollout, 50)
    trial.world.balancers.holding.wait(5)
    trial.visits(5)
    assert trial.session.judgement.measures[0].candidate_requests == before
    trial.world.balancers.release()
    moving.get(timeout=5)


def test_a_restarted_daemon_begins_anew() -> None:
    trial = Trial()
    trial.visits(60)
    trial.restart()
    trial.visits(10)
    assert trial.opinions == [Opinion.UNDECIDED, Opinion.AS_GOOD]
    assert trial.session.judgement is not None
    assert trial.session.judgement.seconds == 9
    trial.visits(60)
    assert trial.opinions[2:] == [Opinion.UNDECIDED, Opinion.AS_GOOD]


def test_a_measure_of_a_monitoring_system_joins_the_others() -> None:
    trial = Trial(measures=[LATENCY])
    metrics = FakeMetrics({"new": 0.5, "old": 0.1})
    trial.world.site.metrics["latency"] = metrics  # type: ignore[index] # the world's own
    trial.visits(60)
    assert trial.opinions == [Opinion.UNDECIDED]
    (measure,) = trial.world.site.settings.traffic.measures
    for _ in range(2):
        trial.judge.ask(trial.world.site, measure)
    trial.visits(1)
    assert trial.opinions == [Opinion.UNDECIDED, Opinion.WORSE]
    assert trial.judged[-1].judgement.measures[-1].candidate == "0.5"


def test_the_queries_name_the_release_that_they_are_about() -> None:
    query = 'rate(x{{slot="{slot}",deploy="{deploy}",commit="{commit}"}}[1m])'.replace("{{", "{").replace("}}", "}")
    trial = Trial(measures=[LATENCY | {"candidate": query, "stable": query}])
    metrics = FakeMetrics({})
    trial.world.site.metrics["latency"] = metrics  # type: ignore[index] # the world's own
    trial.visits(1)
    trial.judge.ask(trial.world.site, trial.world.site.settings.traffic.measures[0])
    deploy = trial.session.deploy
    assert metrics.asked[0] == f'rate(x{{slot="{deploy.slot}",deploy="{deploy.id}",commit="{deploy.commit}"}}[1m])'


def test_a_monitoring_system_that_does_not_answer_is_told_and_holds_up_nothing() -> None:
    trial = Trial(clock=WallClock(), measures=[LATENCY | {"every": "1s"}])
    metrics = FakeMetrics({}, silent=True)
    trial.world.site.metrics["latency"] = metrics  # type: ignore[index] # the world's own
    looking = gevent.spawn(trial.judge.run)
    try:
        assert eventually(lambda: metrics.asked != [] and trial.session.judgement is not None, 5)
        seen = trial.session.judgement
        assert eventually(lambda: trial.session.judgement is not seen, 5)
    finally:
        looking.kill()
    assert trial.session.judgement is not None
    assert trial.session.judgement.measures[-1].trouble == "it has not been asked yet"


def test_what_cannot_be_read_is_never_as_good() -> None:
    trial = Trial(measures=[LATENCY])
    trial.world.site.metrics["latency"] = FakeMetrics({"new": 0.1})  # type: ignore[index] # the world's own
    trial.visits(1)
    trial.judge.ask(trial.world.site, trial.world.site.settings.traffic.measures[0])
    trial.visits(80)
    assert trial.opinions == [Opinion.UNDECIDED]
    assert "no such number" in trial.judged[0].judgement.measures[-1].trouble


def test_a_bug_in_one_look_does_not_end_the_looking() -> None:
    trial = Trial(clock=WallClock())
    trial.world.balancers.counted["lb1"] = {Slot.BLUE: None}  # type: ignore[dict-item] # what no balancer tells
    looking = gevent.spawn(trial.judge.run)
    try:
        gevent.sleep(0)
        del trial.world.balancers.counted["lb1"]
        assert eventually(lambda: trial.session.judgement is not None, 5)
    finally:
        looking.kill()


def test_going_back_to_zero_and_to_the_same_share_begins_anew_with_less_chance_of_being_wrong() -> None:
    trial = Trial()
    trial.visits(60)
    trial.world.rollout(0)
    trial.visits(1)
    trial.world.rollout(25)
    trial.visits(2)
    assert trial.session.judgement is not None
    assert trial.session.judgement.seconds == 1
    trial.new = 0.2
    trial.visits(15)
    worse = trial.judged[-1].judgement
    assert worse.opinion is Opinion.WORSE
    assert worse.seconds > 3
