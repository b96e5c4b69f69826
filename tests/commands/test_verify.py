"""`verify`: links for the owner's own browser, and what must never have them."""

from __future__ import annotations

from datetime import timedelta

from shippy.answers import PinsReport
from shippy.errors import NoPins, NothingRunning, NotYours, StaleButton, UnknownApp, WrongPhase
from shippy.model import HostStep, Phase
from shippy.sentences import render
from tests.commands.desk import ELSEWHERE, ROOT, SHELL, Desk
from tests.world import DANA, KIM


def shipped() -> Desk:
    desk = Desk()
    desk.world.make_live()
    desk.type("ship feature-x")
    return desk


def test_the_owner_gets_both_links_for_half_an_hour() -> None:
    desk = shipped()
    report = desk.answer("verify web", place=ELSEWHERE)
    assert isinstance(report, PinsReport)
    deploy = desk.world.deploys.recent(1)[0]
    assert report.deploy.id == deploy.id
    assert report.pins == desk.world.balancers.pins(deploy.id, desk.world.clock.now() + timedelta(minutes=30))
    text = render(report, bot="shippy")
    assert report.pins.pin in text
    assert report.pins.unpin in text


def test_while_the_share_moves_and_after_a_refused_merge_too() -> None:
    desk = shipped()
    desk.type("rollout 25")
    assert isinstance(desk.answer("verify"), PinsReport)
    desk.world.code.refuse_merges("a conflict")
    desk.type("commit")
    assert desk.world.deploys.recent(1)[0].phase is Phase.UNMERGED
    assert isinstance(desk.answer("verify"), PinsReport)


def test_nobody_but_the_owner_gets_them_not_even_in_the_shell() -> None:
    desk = shipped()
    for person in (KIM, ROOT):
        assert desk.answer("verify", person) == NotYours("verify", DANA)
    desk.type("takeover dana is away", KIM)
    assert desk.answer("verify") == NotYours("verify", KIM)
    assert isinstance(desk.answer("verify", KIM), PinsReport)


def test_a_deploy_from_the_shell_is_shown_there() -> None:
    desk = Desk()
    desk.type("ship feature-x", ROOT, SHELL)
    assert isinstance(desk.answer("verify", ROOT, SHELL), PinsReport)


def test_without_a_candidate_there_is_nothing_to_link_to() -> None:
    desk = Desk()
    assert desk.answer("verify") == NothingRunning("verify")
    hold = desk.world.fleet.host["web1"].hold(HostStep.CHECKING)
    for name in ("web2", "web3"):
        desk.world.fleet.host[name].hold(HostStep.CHECKING)
    shipping = desk.begin("ship feature-x")
    assert hold.reached.wait(5)
    assert desk.answer("verify") == WrongPhase("verify", Phase.PREPARING)
    desk.type("abort")
    shipping.join(timeout=5)


def test_without_a_key_it_says_what_is_missing() -> None:
    desk = shipped()
    desk.world.balancers.pinning = False
    assert desk.answer("verify") == NoPins("the config has no traffic.link_key")


def test_with_two_apps_the_one_that_is_shipped_is_meant() -> None:
    desk = Desk()
    desk.add_app("api", lock="another")
    desk.type("ship feature-x api")
    report = desk.answer("verify")
    assert isinstance(report, PinsReport)
    assert report.deploy.app == "api"
    desk.type("ship feature-x web")
    assert desk.answer("verify") == UnknownApp(None, ("web", "api"))


def test_a_button_is_about_the_deploy_whose_message_it_is_on() -> None:
    desk = shipped()
    deploy = desk.world.deploys.recent(1)[0]
    assert isinstance(desk.press("verify", deploy.id), PinsReport)
    assert desk.press("verify", deploy.id, KIM) == NotYours("verify", DANA)
    assert desk.press("verify", "another") == StaleButton("verify")


def test_the_journal_and_whoever_listens_never_see_a_link() -> None:
    desk = shipped()
    told = len(desk.world.listener.entries)
    report = desk.answer("verify")
    assert isinstance(report, PinsReport)
    assert isinstance(desk.answer("verify", KIM), NotYours)
    assert len(desk.world.listener.entries) == told
    recorded = repr(desk.world.journal.events)
    assert "verify" in recorded
    for link in (report.pins.pin, report.pins.unpin):
        assert link.rpartition("/")[2] not in recorded
