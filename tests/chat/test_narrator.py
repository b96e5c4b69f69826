"""What happens to a deploy is told where the deploy is told about."""

from __future__ import annotations

import pytest

from shippy.chat.narrator import Narrator, SlackAnnouncer
from shippy.chat.outbox import Outbox
from shippy.chat.slack import SlackRefused
from shippy.model import HostProgress, HostStep, Place
from tests.chat.examples import ALICE, deploy_in, entry, narrate
from tests.chat.test_outbox import FakePoster, started


@pytest.fixture
def poster() -> FakePoster:
    return FakePoster()


@pytest.fixture
def outbox(poster: FakePoster) -> Outbox:
    return started(poster)


def test_an_event_is_told_in_the_deploys_own_thread(poster: FakePoster, outbox: Outbox) -> None:
    narrator = Narrator(outbox, narrate)
    poster.up.set()
    for number in (0, 1, 2):
        narrator.heard(entry(number), deploy_in(Place("C1", "1.1")))
    narrator.heard(entry(3), deploy_in(Place()))
    narrator.progressed(deploy_in(Place("C1", "1.1")), HostProgress("web1", HostStep.PULLING, 10))
    outbox.stop(5)
    assert poster.posts == [("C1", "feature-x: Committed 1", "1.1"), ("C1", "feature-x: Committed 2", "1.1")]


def test_a_deploy_from_elsewhere_gets_a_thread_of_its_own(poster: FakePoster, outbox: Outbox) -> None:
    poster.up.set()
    assert SlackAnnouncer(outbox, "C1").open(ALICE, "alice ships") == Place("C1", "ts.1")
    assert poster.posts == [("C1", "alice ships", None)]
    outbox.stop(1)


def test_a_deploy_does_not_wait_for_a_slack_that_is_gone(outbox: Outbox) -> None:
    assert SlackAnnouncer(outbox, "C1", seconds=0.05).open(ALICE, "alice ships") == Place("C1")
    outbox.stop(0)


def test_a_deploy_whose_first_message_was_refused_is_told_in_the_channel(poster: FakePoster, outbox: Outbox) -> None:
    poster.failures.append(SlackRefused("Slack", "not_in_channel", code="not_in_channel"))
    poster.up.set()
    assert SlackAnnouncer(outbox, "C1").open(ALICE, "alice ships") == Place("C1")
    outbox.stop(1)
