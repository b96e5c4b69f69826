"""A rescue on balancers that are fakes, each by itself; the record is that of a real story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.events import Aborting, LeftBehind, Merged, Merging
from shippy.model import HostStep, Person, Phase, Routing, Share, Slot, Traffic
from shippy.rescue import Ending
from shippy.rescue.book import Book
from shippy.rescue.procedure import one
from shippy.rescue.site import Site
from tests.fakes.balancers import FakeBalancers
from tests.world import DANA, GREEN_ONLY, World, in_background, result_of

ROOT = Person("local:root", "root", local=True)
AT_25 = Routing(Slot.GREEN, Slot.BLUE, Share.of_percent(25))


class Dead(World):
    """Something is live, and the daemon died while a deploy had 25 % of the traffic."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.live = self.make_live()
        self.deploy = self.ship()
        self.rollout(25)
        self.book = Book(self.journal, writable=True)
        self.alone = self.each_alone()
        self.said: list[str] = []
        self.within = 10.0

    def each_alone(self) -> dict[str, FakeBalancers]:
        return {name: self._one(name) for name in self.balancers.names}

    def _one(self, name: str) -> FakeBalancers:
        alone = FakeBalancers(name)
        alone.traffic[name] = self.balancers.traffic[name]
        return alone

    def rescue(self, *, abort: bool = True) -> Ending:
        site = Site("web", self.alone, self.fleet, self.within)
        return one(site, self.book, self.said.append, ROOT if abort else None)

    def does(self, name: str) -> Routing:
        """Without the salt, which is the deploy's id wherever there is a candidate."""
        return replace(self.alone[name].traffic[name].routing, salt="")

    def line(self, start: str) -> str:
        (line,) = [line.strip() for line in self.said if line.strip().startswith(start)]
        return line

    def start(self) -> None:
        """The next daemon, which sees the balancers as the rescue has left them."""
        self.balancers.traffic = {name: alone.traffic[name] for name, alone in self.alone.items()}
        gevent.joinall(recover(self.restarted()), raise_error=True)


@pytest.fixture
def dead() -> Dead:
    return Dead()


# Looking


def test_what_is_recorded_and_what_is_are_shown_side_by_side(dead: Dead) -> None:
    assert dead.rescue(abort=False) is Ending.WELL
    assert dead.line("lb1") == "lb1: green serves the public, blue has 25 % of it; as recorded"
    assert "dana's deploy" in dead.line("Recorded: dana")
    assert "is rolling; green serves the public, blue has 25 % of it" in dead.line("Recorded: dana")
    assert "of the running deploy) is running" in dead.line("web1")
    assert all(not alone.calls for alone in dead.alone.values())


def test_what_an_undo_has_brought_back_is_what_is_recorded_as_live() -> None:
    dead = Dead(traffic={"warm": "15m"})
    dead.commit()
    dead.deploys.undo("web", DANA, "the cart is empty")
    dead.alone = dead.each_alone()
    assert dead.rescue(abort=False) is Ending.WELL
    assert any(f"is live in green (deploy {dead.live.id})" in line for line in dead.said)
    assert dead.line("lb1") == "lb1: green serves all of the public; as recorded"


def test_a_balancer_that_does_something_else_is_pointed_out(dead: Dead) -> None:
    dead.alone["lb2"].traffic["lb2"] = Traffic(Routing(Slot.BLUE))
    assert dead.rescue(abort=False) is Ending.UNWELL
    assert dead.line("lb2") == "lb2: blue serves all of the public; that is not as recorded"


def test_what_does_not_answer_is_named_and_holds_up_nothing_else(dead: Dead) -> None:
    dead.alone["lb1"].unreachable("lb1", "connection refused")
    dead.fleet.host["web2"].reachable = False
    assert dead.rescue(abort=False) is Ending.UNWELL
    assert dead.line("lb1") == "lb1: does not answer (connection refused)"
    assert dead.line("lb2").endswith("as recorded")
    assert dead.line("web2") == "web2: does not answer (connection refused)"
    assert "is running" in dead.line("web3")


def test_a_journal_that_cannot_be_read_leaves_what_the_balancers_tell(dead: Dead) -> None:
    dead.book = Book(None, problem="file is not a database")
    assert dead.rescue(abort=False) is Ending.UNWELL
    assert dead.line("lb1") == "lb1: green serves the public, blue has 25 % of it"


# Aborting


def test_an_abort_brings_the_traffic_back_and_the_next_daemon_finishes_it(dead: Dead) -> None:
    assert dead.rescue() is Ending.WELL
    assert {dead.does(name) for name in dead.alone} == {GREEN_ONLY}
    assert dead.line("lb1").startswith("lb1: put back; green serves all of the public")
    assert dead.line("To do").startswith("To do: start shippy: it finishes this abort")
    assert dead.happened(Aborting)[-1].by == ROOT
    dead.start()
    assert dead.deploys.recent(1)[0].phase is Phase.ABORTED
    assert dead.deploys_on_hosts() == {dead.live.id}
    assert dead.routings == {GREEN_ONLY}
    assert list(dead.deploys.locks) == []


def test_the_servers_of_both_releases_stay_until_the_daemon_has_drained_them(dead: Dead) -> None:
    before = dead.alone["lb1"].traffic["lb1"]
    dead.rescue()
    assert dead.alone["lb1"].traffic["lb1"].endpoints == before.endpoints


def test_a_balancer_that_is_away_keeps_no_other_from_being_put_back(dead: Dead) -> None:
    dead.alone["lb1"].unreachable("lb1", "no answer within 2 s")
    assert dead.rescue() is Ending.UNWELL
    assert dead.does("lb2") == GREEN_ONLY
    assert "no answer within 2 s" in dead.line("lb1: not put back")
    assert dead.line("To do: look after lb1")
    assert len(dead.happened(Aborting)) == 1


def test_a_second_abort_changes_nothing_and_is_recorded_once(dead: Dead) -> None:
    dead.rescue()
    dead.said.clear()
    assert dead.rescue() is Ending.WELL
    assert dead.line("lb1") == "lb1: green serves all of the public, as before"
    assert len(dead.happened(Aborting)) == 1


def test_an_abort_that_cannot_be_recorded_is_done_and_its_danger_told(dead: Dead) -> None:
    dead.journal.fail("database or disk is full")
    assert dead.rescue() is Ending.UNWELL
    assert {dead.does(name) for name in dead.alone} == {GREEN_ONLY}
    told = dead.line("To do: the abort could not be recorded")
    assert "database or disk is full" in told
    assert "still has the deploy as rolling" in told
    dead.journal.heal()
    dead.start()
    assert dead.routings == {AT_25}, "the warning is right"


def test_without_a_journal_each_balancer_goes_back_to_its_own_stable_slot_and_keeps_its_servers(dead: Dead) -> None:
    dead.book = Book(None, problem="file is not a database")
    before = dead.alone["lb1"].traffic["lb1"]
    assert dead.rescue() is Ending.UNWELL
    assert {dead.does(name) for name in dead.alone} == {GREEN_ONLY}
    assert dead.alone["lb1"].traffic["lb1"].endpoints == before.endpoints
    assert dead.line("To do: repair the journal")


def test_a_restarted_balancer_gets_the_live_servers_back_too(dead: Dead) -> None:
    before = dead.alone["lb1"].traffic["lb1"]
    dead.alone["lb1"].traffic["lb1"] = Traffic(Routing(Slot.BLUE))
    assert dead.rescue() is Ending.WELL
    assert dead.alone["lb1"].traffic["lb1"].in_slot(Slot.GREEN) == before.in_slot(Slot.GREEN)


def test_once_the_branch_is_merged_nothing_is_done(dead: Dead) -> None:
    key = (dead.deploy.id, "web")
    dead.journal.append(Merging(*key, head="c" * 40))
    dead.journal.append(Merged(*key, commit="d" * 40))
    assert dead.rescue() is Ending.TOO_LATE
    assert {dead.does(name) for name in dead.alone} == {AT_25}
    assert "feature-x is merged (as dddddddd)" in dead.said[-1]
    assert dead.happened(Aborting) == []


def test_a_merge_that_may_have_been_made_is_asked_for_by_the_next_daemon(dead: Dead) -> None:
    dead.journal.append(Merging(dead.deploy.id, "web", head=dead.deploy.commit or ""))
    assert dead.deploy.revision
    dead.code.merge(dead.deploy.revision, "master", "")
    assert dead.rescue() is Ending.WELL
    assert {dead.does(name) for name in dead.alone} == {GREEN_ONLY}
    assert dead.line("To do: GitHub may have merged")
    dead.start()
    assert dead.deploys.recent(1)[0].phase is Phase.ABORTED
    (left,) = dead.happened(LeftBehind)
    assert left.reason == "feature-x is in master, and production is not: revert it on GitHub, or ship it again"


def test_where_no_deploy_runs_a_share_that_somebody_set_is_taken_back(dead: Dead) -> None:
    dead.abort()
    assert dead.rescue() is Ending.WELL
    assert {dead.does(name) for name in dead.alone} == {GREEN_ONLY}
    assert dead.happened(Aborting)[-1].by != ROOT


def test_an_abort_of_a_preparation_that_was_cut_off_can_be_finished_by_the_daemon(dead: Dead) -> None:
    dead.abort()
    hold = dead.fleet.host["web1"].hold(HostStep.CHECKING)
    shipping = in_background(dead.ship)
    assert hold.reached.wait(5)
    dead.deploys.suspend()
    result_of(shipping)
    hold.release()
    for name, alone in dead.alone.items():
        alone.traffic[name] = dead.balancers.traffic[name]
    assert dead.rescue() is Ending.WELL
    dead.start()
    assert dead.deploys.recent(1)[0].phase is Phase.ABORTED
    assert dead.deploys_on_hosts() == {dead.live.id}


def test_a_balancer_that_hangs_is_given_up(dead: Dead) -> None:
    dead.within = 0.05
    dead.alone["lb1"].hold()
    assert dead.rescue() is Ending.UNWELL
    assert dead.does("lb2") == GREEN_ONLY
    assert dead.does("lb1") == AT_25
    assert "no answer within 0.05 s" in dead.line("lb1: not put back")
