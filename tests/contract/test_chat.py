"""RTM and Socket Mode are one chat: what is typed comes in once and is answered where it was typed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from playground.slack import seed
from playground.slack.process import Running, Workspaces
from shippy.chat.slack import SlackRefused
from shippy.errors import NotUnderstood
from shippy.model import Person
from tests.chat.rig import TRANSPORTS, Bot, answered, bot, connected, until

DEFAULT_SEED = Path(seed.__file__).with_name("seed.json")


@pytest.fixture(params=TRANSPORTS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(slack: Running) -> Running:
    # As fast as a test needs it: Slack waits for seconds before it sends an unacknowledged event again.
    slack.workspace.set(redelivery=[0.3] * 10)
    return slack


@pytest.fixture
def shippy(world: Running, kind: str) -> Iterator[Bot]:
    with connected(world, kind) as shippy:
        yield shippy


def test_a_command_is_answered_in_a_thread_on_its_message(world: Running, shippy: Bot) -> None:
    ts = world.workspace.type("dana", "shippy ship feature-x")
    answer = answered(world, "from dana: ship feature-x")
    assert answer["thread_ts"] == ts
    request = shippy.requests[0]
    assert request.person == Person("U0DANA0001", "dana")
    assert (request.place.channel, request.place.thread, request.place.direct) == ("C0DEPLOYS1", ts, False)


def test_a_command_in_a_thread_is_answered_there(world: Running, shippy: Bot) -> None:
    root = world.workspace.type("dana", "what shall we ship?")
    world.workspace.type("kim", "Shippy, status", thread=root)
    assert answered(world, "from kim: status")["thread_ts"] == root
    assert shippy.texts() == ["status"]


def test_a_direct_message_needs_no_name_and_is_answered_beside_it(world: Running, shippy: Bot) -> None:
    world.workspace.type("lee", "status", channel="@shippy")
    until(shippy.texts, "the command")
    channel = shippy.requests[0].place.channel
    assert answered(world, "from lee: status", channel=channel).get("thread_ts") is None


def test_a_mention_is_one_command_although_slack_tells_of_it_twice(world: Running, shippy: Bot) -> None:
    world.workspace.type("dana", "@shippy status")
    answered(world, "from dana: status")
    world.workspace.type("dana", "shippy hosts")
    answered(world, "from dana: hosts")
    assert shippy.texts() == ["status", "hosts"]


def test_what_is_not_typed_to_the_bot_by_a_person_in_its_channel_is_nothing(world: Running, shippy: Bot) -> None:
    workspace = world.workspace
    workspace.type("pager", "shippy abort")
    workspace.type("shippy", "shippy abort")
    workspace.type("dana", "shippy abort", channel="#general")
    workspace.type("dana", "I asked shippy to abort")
    workspace.type("dana", "shippy-staging abort")
    workspace.type("dana", "shippy abort", subtype="channel_topic")
    edited = workspace.type("dana", "good morning")
    workspace.edit("dana", edited, "shippy abort")
    workspace.delete("dana", edited)
    workspace.type("dana", "shippy status")
    answered(world, "from dana: status")
    assert shippy.texts() == ["status"]


def test_a_command_comes_as_it_was_typed_whatever_slack_makes_of_it(world: Running, shippy: Bot) -> None:
    world.workspace.set(smart_quotes=True)
    world.workspace.type("dana", 'shippy  ship\nfeature.io/x because "@channel" & #deploys < `it`')
    answered(world, 'from dana: ship feature.io/x because "@channel" & #deploys < it')
    assert shippy.texts() == ['ship feature.io/x because "@channel" & #deploys < it']


@pytest.mark.parametrize("cut", ["fin_without_close", "rst", "close", "silent", "refuse", "too_many", "expired_token"])
def test_after_any_kind_of_cut_the_next_command_arrives_once(world: Running, shippy: Bot, cut: str) -> None:
    before = shippy.sockets()
    world.workspace.fault(cut=cut)
    until(lambda: (now := shippy.sockets()) and not set(now) & set(before), "another connection")
    world.workspace.type("dana", "shippy status")
    answered(world, "from dana: status")
    assert shippy.texts() == ["status"]


def test_what_was_typed_in_a_gap_that_nobody_noticed_runs_ahead_of_what_came_after(world: Running, shippy: Bot) -> None:
    world.workspace.fault(cut="refuse", times=3)
    for text in ("status", "hosts"):
        world.workspace.type("dana", f"shippy {text}")
    until(lambda: shippy.source.connected, "connected again")
    world.workspace.type("dana", "shippy queue")
    answered(world, "from dana: queue")
    assert shippy.texts() == ["status", "hosts", "queue"]


@pytest.mark.parametrize(("kind", "notice"), [("socket_mode", "warning"), ("rtm", "close")])
def test_while_slack_replaces_a_connection_no_command_is_lost_or_doubled(
    world: Running, kind: str, notice: str
) -> None:
    with connected(world, kind) as shippy:
        typed = []
        before = shippy.sockets()
        if notice == "warning":
            world.workspace.fault(cut="warning")
        for number in range(30):
            world.workspace.type("dana", f"shippy logs {number}")
            typed.append(f"logs {number}")
        until(lambda: len(shippy.texts()) >= len(typed), "all commands")
        if notice == "close":
            world.workspace.fault(cut="close")
        until(lambda: (now := shippy.sockets()) and not set(now) & set(before), "only the new connection")
        world.workspace.type("dana", "shippy status")
        answered(world, "from dana: status")
        assert sorted(shippy.texts()) == sorted([*typed, "status"])


def test_an_envelope_that_is_delivered_again_runs_once(world: Running) -> None:
    world.workspace.set(redelivery=[0, 0, 0, 0])
    with connected(world, "socket_mode") as shippy:
        world.workspace.type("dana", "shippy status")
        answered(world, "from dana: status")
        until(lambda: world.workspace.connections()["unacknowledged"] == 0, "all acknowledged")
        deliveries = [len(envelope["deliveries"]) for envelope in world.workspace.connections()["envelopes"]]
        assert max(deliveries) > 1
        assert shippy.texts() == ["status"]


def test_envelopes_are_acknowledged_whether_or_not_they_are_commands_and_answered(world: Running) -> None:
    with connected(world, "socket_mode") as shippy:
        shippy.may_answer.clear()
        world.workspace.type("dana", "good morning")
        world.workspace.type("dana", "shippy status")
        world.workspace.slash("dana", "status")
        until(lambda: len(world.workspace.connections()["envelopes"]) >= 3, "three envelopes")
        until(lambda: world.workspace.connections()["unacknowledged"] == 0, "all acknowledged", seconds=3)


def test_answers_wait_for_a_slack_that_is_down_and_then_come_in_order(world: Running, shippy: Bot) -> None:
    shippy.may_answer.clear()
    for text in ("status", "hosts", "queue"):
        world.workspace.type("dana", f"shippy {text}")
    until(lambda: len(shippy.requests) == 3, "three commands")
    assert [request.person.name for request in shippy.requests] == ["dana"] * 3
    world.workspace.fault(down=True)
    refused = len(world.workspace.calls())
    shippy.may_answer.set()
    until(lambda: len(world.workspace.calls()) > refused + 2, "attempts")
    world.workspace.fault(down=False)
    answered(world, "from dana: queue")
    texts = [message["text"] for message in world.workspace.messages() if message["text"].startswith("from dana")]
    assert texts == ["from dana: status", "from dana: hosts", "from dana: queue"]


def test_retry_after_is_respected(world: Running, shippy: Bot) -> None:
    world.workspace.fault(ratelimit={"chat.postMessage": 2}, retry_after=1)
    world.workspace.type("dana", "shippy status")
    answered(world, "from dana: status")
    attempts = [call["at"] for call in world.workspace.calls("chat.postMessage")]
    assert len(attempts) == 3
    assert all(later - earlier >= 1 for earlier, later in pairwise(attempts))
    assert shippy.texts() == ["status"]


def test_a_slow_slack_slows_down_nobody_who_answers(world: Running, shippy: Bot) -> None:
    shippy.may_answer.clear()
    world.workspace.type("dana", "shippy status")
    until(shippy.texts, "the command")
    world.workspace.fault(slow_seconds=1)
    began = time.monotonic()
    shippy.requests[0].answer(NotUnderstood("this", "from dana"))
    assert time.monotonic() - began < 0.1
    answered(world, "from dana: this")


def test_a_daemon_that_starts_while_slack_is_down_connects_when_it_is_back(
    world: Running, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.workspace.fault(down="reset")
    with bot(world, kind) as shippy:
        until(lambda: "the next connection to Slack is tried" in caplog.text, "a first attempt")
        assert not shippy.source.connected
        world.workspace.fault(down=False)
        until(lambda: shippy.source.connected, "connected")
        world.workspace.type("dana", "shippy status")
        answered(world, "from dana: status")


def test_a_wrong_bot_token_ends_the_intake_with_a_clear_error(world: Running, kind: str) -> None:
    with bot(world, kind, bot_token=f"{world.bot_token}-wrong") as shippy:
        until(lambda: shippy.failed, "the error")
        assert isinstance(shippy.failed, SlackRefused)
        assert shippy.failed.why == "auth.test: invalid_auth, the token is not valid"


def test_a_wrong_app_token_ends_the_intake_with_a_clear_error(world: Running) -> None:
    with bot(world, "socket_mode", app_token=world.bot_token) as shippy:
        until(lambda: shippy.failed, "the error")
        assert isinstance(shippy.failed, SlackRefused)
        assert shippy.failed.why.startswith("apps.connections.open: not_allowed_token_type, this needs another kind")


def test_a_channel_that_does_not_exist_ends_the_intake_with_its_name(world: Running, kind: str) -> None:
    with bot(world, kind, channels=("#deploys", "#nowhere")) as shippy:
        until(lambda: shippy.failed, "the error")
        assert isinstance(shippy.failed, SlackRefused)
        assert "#nowhere" in shippy.failed.why


@pytest.fixture
def wider_world(workspaces: Workspaces, tmp_path: Path) -> Iterator[Running]:
    """A workspace with somebody who is in no configured channel, and one whose account was deactivated."""
    content = json.loads(DEFAULT_SEED.read_text())
    people = [("U0SAM00001", "sam", {}), ("U0GONE0001", "gone", {"deleted": True})]
    content["users"] += [
        {"id": id_, "name": name, "real_name": name, "colour": "#000"} | more for id_, name, more in people
    ]
    content["channels"][0]["members"].append("U0GONE0001")
    (tmp_path / "seed.json").write_text(json.dumps(content))
    with workspaces.new(tmp_path / "seed.json") as world:
        yield world


def test_guests_strangers_and_who_is_in_no_configured_channel_hear_nothing(wider_world: Running, kind: str) -> None:
    workspace = wider_world.workspace
    with connected(wider_world, kind) as shippy:
        workspace.type("guest", "shippy abort")
        workspace.type("guest", "abort", channel="@shippy")
        workspace.type("gone", "shippy abort")
        workspace.type("sam", "abort", channel="@shippy")
        if kind == "socket_mode":
            workspace.slash("guest", "abort")
            workspace.slash("sam", "abort", channel="@shippy")
            workspace.slash("dana", "abort", channel="#general")
        workspace.type("dana", "status", channel="@shippy")
        until(shippy.texts, "the command")
        assert shippy.texts() == ["status"]
        assert len(workspace.calls("chat.postMessage")) + len(workspace.calls("chat.postEphemeral")) <= 1


def test_while_slack_does_not_tell_who_people_are_nobody_new_is_let_in_and_what_they_did_waits(
    world: Running, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(world, kind) as shippy:
        world.workspace.type("dana", "shippy hosts")
        until(shippy.texts, "somebody who is known")
        world.workspace.fault(down=True)
        world.workspace.type("lee", "abort", channel="@shippy")
        until(lambda: "cannot be told, waits" in caplog.text, "kept waiting")
        world.workspace.type("dana", "shippy abort")
        until(lambda: len(shippy.texts()) == 2, "who is known still is")
        world.workspace.fault(down=False)
        world.workspace.type("lee", "status", channel="@shippy")
        until(lambda: len(shippy.texts()) == 4, "both commands")
        assert [(request.person.name, request.text) for request in shippy.requests] == [
            ("dana", "hosts"),
            ("dana", "abort"),
            ("lee", "abort"),
            ("lee", "status"),
        ]


def test_one_refusal_to_tell_who_somebody_is_keeps_nobody_from_an_answer(world: Running, kind: str) -> None:
    world.workspace.fault(ratelimit={"users.info": 1}, retry_after=1)
    with connected(world, kind):
        world.workspace.type("dana", "shippy status")
        answered(world, "from dana: status")
