"""A whole world on a bad day: a daemon killed, a balancer restarted, a host gone, in the middle of a deploy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from playground.daemon import ShippyRefused
from playground.sample.branches import MAIN
from playground.stage import Stage
from playground.story.hosts import commits_on_hosts
from playground.story.promises import interval
from playground.visitors.client import Visitors

pytestmark = pytest.mark.timeout(180)
SAMPLE = 600


@pytest.fixture
def rolling(stage: Stage) -> Iterator[str]:
    """The thread of a deploy of green-button at 25 %, which is aborted in the end if it still runs."""
    thread = stage.slack.type("dana", "shippy ship green-button")
    stage.wait_for(thread, "Ready to verify")
    stage.slack.type("dana", "shippy rollout 25", thread=thread)
    stage.wait_for(thread, "25 % of the traffic")
    yield thread
    abort(stage)


def abort(stage: Stage) -> None:
    with suppress(ShippyRefused):  # nothing runs any more
        stage.daemon.tell("abort")


def share_of(stage: Stage, visitors: Visitors, branch: str) -> tuple[float, int]:
    """The percentage of new visitors who get a branch, and how many failed."""
    counts = visitors.sample(SAMPLE)
    return counts.percent(stage.hub.head(branch)), counts.failed


def assert_a_quarter(stage: Stage, visitors: Visitors) -> None:
    low, high = interval(25, SAMPLE)
    percent, failed = share_of(stage, visitors, "green-button")
    assert not failed
    assert low <= percent <= high


def test_a_killed_daemon_goes_on_with_its_deploy_and_no_visitor_notices(
    stage: Stage, visitors: Visitors, rolling: str
) -> None:
    stage.daemon.kill()
    assert_a_quarter(stage, visitors)
    stage.daemon.start()
    stage.wait_for(rolling, "I was restarted")
    with pytest.raises(ShippyRefused, match="held by dana"):
        stage.daemon.tell("ship blue-header")
    stage.daemon.tell("rollout 100")
    assert share_of(stage, visitors, "green-button") == (100.0, 0)
    assert visitors.total().failed == 0


def test_a_daemon_killed_in_the_preparation_leaves_no_container(stage: Stage) -> None:
    thread = stage.slack.type("dana", "shippy ship never-healthy")
    stage.wait_for(thread, "Preparing 3 hosts")
    stage.daemon.kill()
    stage.daemon.start()
    stage.wait_for(thread, "Failed:")
    live = stage.hub.head(MAIN)
    assert commits_on_hosts(stage.machines) == {host.name: [live] for host in stage.machines.hosts}


def test_sigterm_in_the_middle_of_a_deploy_ends_well_and_the_next_daemon_goes_on(
    stage: Stage, visitors: Visitors, rolling: str
) -> None:
    assert stage.daemon.stop() == 0
    stage.daemon.start()
    stage.wait_for(rolling, "I was restarted")
    assert_a_quarter(stage, visitors)


@pytest.mark.parametrize("number", [0, 1])
def test_a_restarted_balancer_has_the_share_from_before(
    stage: Stage, visitors: Visitors, rolling: str, number: int
) -> None:
    assert rolling
    stage.machines.balancers[number].restart()
    assert_a_quarter(stage, visitors)


def test_a_share_that_a_stopped_balancer_cannot_have_is_nowhere(stage: Stage, visitors: Visitors, rolling: str) -> None:
    balancer = stage.machines.balancers[1]
    balancer.stop()
    stage.slack.type("dana", "shippy rollout 75", thread=rolling)
    stage.wait_for(rolling, "The share is still 25 %")
    balancer.start()
    assert_a_quarter(stage, visitors)


def test_a_host_whose_engine_is_gone_fails_the_deploy_by_its_name_and_touches_nothing(stage: Stage) -> None:
    host = stage.machines.hosts[2]
    if host.engine is None:
        pytest.fail("this test stops one host's engine, and here one engine stands for all")
    host.engine.stop()
    try:
        thread = stage.slack.type("dana", "shippy ship blue-header")
        stage.wait_for(thread, f"{host.name} failed")
        stage.wait_for(thread, "Failed:")
    finally:
        host.engine.start()
        host.engine.wait_until_ready()


def test_commands_in_other_channels_and_by_bots_are_not_heard(stage: Stage) -> None:
    stage.slack.type("dana", "shippy status", channel="#general")
    stage.slack.type("pager", "shippy status")
    thread = stage.slack.type("kim", "shippy frobnicate")
    stage.wait_for(thread, "no command")
    said = [message for message in stage.slack.messages(None) if message["user"] == "U0SHIPPY01"]
    assert not [message for message in said if "is live, no deploy is running" in message["text"]]
