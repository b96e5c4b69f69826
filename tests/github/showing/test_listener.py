"""When deploys are shown on GitHub, and what that never holds up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from gevent import sleep

from shippy.errors import JournalFailed, Unavailable
from shippy.events import Committed
from shippy.github.showing import OnGitHub
from shippy.github.showing.declining import Declined
from shippy.github.showing.listener import MOST_SHOWN
from shippy.github.showing.view import Surroundings
from shippy.model import Deploy, Phase, Place
from tests.fakes.clock import NOON
from tests.github.showing.scenes import PREPARING, SECONDS, SpyPart, around, at, ended, entry, moved
from tests.waiting import eventually

AWAY = Unavailable("GitHub", "no answer in time")
LINK = "https://acme.slack.com/archives/C1/p1"


@contextmanager
def listening(surroundings: Surroundings) -> Iterator[OnGitHub]:
    listener = OnGitHub(surroundings)
    try:
        yield listener
    finally:
        listener.stop(0.0)


def shows(part: SpyPart, phase: Phase) -> bool:
    return eventually(lambda: phase in part.phases, SECONDS)


def test_a_deploy_is_shown_from_its_preparation_to_its_end() -> None:
    part = SpyPart()
    with listening(around(part)) as listener:
        for deploy in (PREPARING, at(25), ended(Phase.COMMITTED)):
            listener.heard(entry(), deploy)
            assert shows(part, deploy.phase)
    assert part.phases == [Phase.PREPARING, Phase.ROLLING, Phase.COMMITTED]


@pytest.mark.parametrize("phase", [Phase.CHECKING, Phase.REFUSED, Phase.ABORTING, Phase.ABORTED])
def test_what_ends_before_a_container_was_started_is_not_shown(phase: Phase) -> None:
    part = SpyPart()
    with listening(around(part)) as listener:
        listener.heard(entry(Committed(PREPARING.id, "web")), replace(PREPARING, phase=phase, slot=None))
        sleep(0)
        assert not part.asked.is_set()


def test_an_app_that_is_not_to_be_shown_is_not() -> None:
    part = SpyPart()
    with listening(around(part)) as listener:
        listener.heard(entry(), replace(PREPARING, app="api"))
        sleep(0)
        assert not part.asked.is_set()


def test_a_github_that_hangs_holds_up_nobody_and_gets_the_newest_state_alone() -> None:
    part = SpyPart()
    part.opened.clear()
    with listening(around(part)) as listener:
        listener.heard(entry(), PREPARING)
        assert part.asked.wait(SECONDS)
        began = time.monotonic()
        for percent in range(100):
            listener.heard(entry(), at(percent))
        assert time.monotonic() - began < 1.0
        part.opened.set()
        assert eventually(lambda: "99 %" in part.shares, SECONDS)
    assert part.shares == ["0 %", "99 %"]


def test_what_github_does_not_answer_is_tried_until_it_does() -> None:
    part = SpyPart(failures=[AWAY] * 5)
    with listening(around(part)) as listener:
        listener.heard(entry(), at(25))
        assert shows(part, Phase.ROLLING)
    assert part.failures == []


def test_a_deploy_that_ended_while_github_was_away_is_shown_when_it_is_back() -> None:
    part = SpyPart(failures=[AWAY] * 3)
    with listening(around(part)) as listener:
        listener.heard(entry(), at(25))
        listener.heard(entry(), ended(Phase.ABORTED))
        assert shows(part, Phase.ABORTED)
    assert part.phases == [Phase.ABORTED]


def test_a_rate_limit_is_waited_for() -> None:
    part = SpyPart(failures=[Unavailable("GitHub", "rate limited", retry_after=0.3)])
    began = time.monotonic()
    with listening(around(part)) as listener:
        listener.heard(entry(), at(25))
        assert shows(part, Phase.ROLLING)
    assert time.monotonic() - began >= 0.3


def test_a_no_is_told_once_and_keeps_neither_the_other_part_nor_what_comes_later_from_being_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refusing = SpyPart(failures=[Declined("GitHub", "Resource not accessible (403)")] * 2)
    other = SpyPart()
    with listening(around(refusing, other)) as listener:
        for deploy in (PREPARING, at(25), ended(Phase.COMMITTED)):
            listener.heard(entry(), deploy)
            assert shows(other, deploy.phase)
        assert shows(refusing, Phase.COMMITTED)
    assert [record.getMessage() for record in caplog.records] == [
        f"GitHub does not show deploy {PREPARING.id} as it is now: Resource not accessible (403)"
    ]


def test_a_bug_is_logged_and_the_next_state_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    part = SpyPart(failures=[ZeroDivisionError()])
    with listening(around(part)) as listener:
        listener.heard(entry(), PREPARING)
        assert eventually(lambda: not part.failures, SECONDS)
        listener.heard(entry(), at(25))
        assert shows(part, Phase.ROLLING)
    assert "met a bug" in caplog.text


def test_the_link_is_asked_for_once_and_a_chat_without_an_answer_is_done_without() -> None:
    asked: list[Place] = []

    def link(place: Place) -> str:
        asked.append(place)
        if len(asked) == 1:
            raise Unavailable("Slack", "no answer")
        return LINK

    part, message = SpyPart(), Place("C1", "1.2")
    with listening(around(part, link=link)) as listener:
        for percent in (0, 5, 25, 50):
            listener.heard(entry(), replace(at(percent), message=message if percent else None))
            assert eventually(lambda share=percent: f"{share} %" in part.shares, SECONDS)  # type: ignore[misc] # a lambda's default has no type
    assert [view.link for view in part.views] == [None, None, LINK, LINK]
    assert asked == [message, message]


def test_what_happens_to_a_deploy_long_after_its_end_is_not_shown() -> None:
    part = SpyPart()
    with listening(around(part)) as listener:
        listener.heard(moved(), ended(Phase.COMMITTED))
        sleep(0)
        assert not part.asked.is_set()


@pytest.mark.parametrize("phase", [Phase.COMMITTED, Phase.UNDONE])
def test_the_release_from_before_is_brought_up_to_date_too(phase: Phase) -> None:
    before = replace(ended(Phase.COMMITTED), id="260101-110000-abcd")
    part = SpyPart()
    surroundings = around(part, live=lambda _: PREPARING.id, deploy={before.id: before}.get)
    with listening(surroundings) as listener:
        listener.heard(entry(Committed(PREPARING.id, "web")), ended(phase))
        assert eventually(lambda: len(part.views) == 2, SECONDS)
    first, second = part.views
    assert (first.deploy.id, first.may_begin) == (PREPARING.id, True)
    assert (second.deploy.id, second.may_begin, second.superseded) == (before.id, False, True)


def test_a_journal_that_cannot_tell_of_the_one_before_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def deploy(_: str) -> Deploy:
        raise JournalFailed("the disk is gone")

    part = SpyPart()
    with listening(around(part, deploy=deploy)) as listener:
        listener.heard(entry(Committed(PREPARING.id, "web")), ended(Phase.COMMITTED))
        assert eventually(lambda: "is not brought up to date" in caplog.text, SECONDS)


@pytest.mark.parametrize(("hours", "may_begin"), [(0.5, True), (2.0, False)])
def test_a_restart_shows_anew_only_what_has_just_ended(hours: float, may_begin: bool) -> None:
    part = SpyPart()
    with listening(around(part)) as listener:
        listener.adopt(ended(Phase.FAILED), NOON + timedelta(hours=hours))
        assert shows(part, Phase.FAILED)
    assert part.views[0].may_begin is may_begin


def test_a_restart_shows_what_runs() -> None:
    part = SpyPart()
    with listening(around(part)) as listener:
        listener.adopt(at(25), NOON + timedelta(days=3))
        assert shows(part, Phase.ROLLING)
    assert part.views[0].may_begin


def test_not_more_than_so_many_ends_wait_for_github(caplog: pytest.LogCaptureFixture) -> None:
    part = SpyPart()
    part.opened.clear()
    with listening(around(part)) as listener:
        listener.heard(entry(), replace(at(25), id="running"))
        for number in range(MOST_SHOWN + 4):
            listener.adopt(replace(ended(Phase.ABORTED), id=f"deploy-{number}"), NOON)
        sleep(0)
        part.opened.set()
        assert eventually(lambda: len(part.views) == MOST_SHOWN, SECONDS)
    shown = {view.deploy.id for view in part.views}
    assert "running" in shown
    assert f"deploy-{MOST_SHOWN + 3}" in shown
    assert "deploy-0" not in shown
    assert caplog.text.count("is not shown on GitHub: too much waits") == 5


def test_stopping_gives_what_is_newest_a_moment_and_does_not_wait_for_more() -> None:
    part, hanging = SpyPart(), SpyPart()
    hanging.opened.clear()
    with listening(around(part, hanging)) as listener:
        listener.heard(entry(), at(25))
        assert hanging.asked.wait(SECONDS)
        began = time.monotonic()
        listener.stop(0.2)
        assert 0.2 <= time.monotonic() - began < 2.0
        listener.heard(entry(), at(50))
        sleep(0)
    assert part.shares == ["25 %"]
