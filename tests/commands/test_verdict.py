"""`verdict`: the newest numbers of both releases."""

from __future__ import annotations

from shippy.answers import VerdictReport
from shippy.deploys.watch.judge import Judge
from shippy.errors import NothingRunning
from shippy.model import Counts, Slot
from shippy.sentences import render
from tests.commands.desk import Desk
from tests.world import KIM


def rolling() -> Desk:
    desk = Desk()
    desk.world.make_live()
    desk.type("ship feature-x")
    desk.type("rollout 25")
    return desk


def test_anybody_is_told_the_newest_numbers() -> None:
    desk = rolling()
    judge = Judge(desk.world.deploys)
    for requests in (0, 100):
        desk.world.balancers.counted["lb1"] = {slot: Counts(requests, requests // 10, 0, 5.0) for slot in Slot}
        judge.look(desk.world.site)
    report = desk.answer("verdict web", KIM)
    assert isinstance(report, VerdictReport)
    text = render(report, bot="shippy")
    assert "… 5xx answers: 10 % of 100 requests (live: 10 % of 100), not clear yet" in text


def test_numbers_of_another_share_are_not_told_for_this_one() -> None:
    desk = rolling()
    Judge(desk.world.deploys).look(desk.world.site)
    desk.type("rollout 50")
    report = desk.answer("verdict")
    assert isinstance(report, VerdictReport)
    assert report.newest is None


def test_without_a_running_deploy_there_is_nothing_to_judge() -> None:
    assert Desk().answer("verdict") == NothingRunning("judge")
