"""What is for one person alone is told to that person alone, wherever it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from playground.slack.client import Json
from playground.slack.process import Running
from shippy.answers import PinsReport
from shippy.chat.incoming.inbound import Inbound, Message, Pressed, Slash
from shippy.chat.incoming.requests import Requests
from shippy.chat.outgoing.outbox import Outbox
from shippy.chat.slack import SlackApi
from shippy.model import Pins
from shippy.sentences import render
from tests.sentences.samples import AT, RUNNING

DANA, CHANNEL = "U0DANA0001", "C0DEPLOYS1"
LINKS = Pins("https://www.example.com/.shippy/pin/d.1.a", "https://www.example.com/.shippy/unpin/d.1.b", AT)
REPORT = PinsReport(AT - timedelta(minutes=30), RUNNING, LINKS)


@pytest.fixture
def answer(slack: Running) -> Iterator[Callable[[Inbound], Json]]:
    """Gives the links as the answer to something, and returns the message that they are in."""
    outbox = Outbox(SlackApi(slack.bot_token, slack.api_url, timeout=3.0))
    ways = Requests(outbox, lambda user: user, lambda said: render(said, bot="shippy"))

    def answered(inbound: Inbound) -> Json:
        ways.of(inbound, "verify").answer(REPORT)
        return slack.workspace.wait_for(
            lambda messages: next((one for one in messages if LINKS.pin in one["text"]), None), channel=None
        )

    outbox.start()
    yield answered
    outbox.stop(2)


def test_in_a_channel_it_begins_no_thread(slack: Running, answer: Callable[[Inbound], Json]) -> None:
    ts = slack.workspace.type("dana", "shippy verify")
    told = answer(Message(CHANNEL, DANA, "shippy verify", ts))
    assert (told["ephemeral_to"], told["channel"], told.get("thread_ts")) == (DANA, CHANNEL, None)


def test_in_a_thread_it_stays_there(slack: Running, answer: Callable[[Inbound], Json]) -> None:
    root = slack.workspace.type("dana", "how is it going?")
    ts = slack.workspace.type("dana", "shippy verify", thread=root)
    told = answer(Message(CHANNEL, DANA, "shippy verify", ts, root))
    assert (told["ephemeral_to"], told["thread_ts"]) == (DANA, root)


def test_a_button_and_a_slash_command_too(slack: Running, answer: Callable[[Inbound], Json]) -> None:
    root = slack.workspace.type("dana", "how is it going?")
    pressed = answer(Pressed("key", DANA, CHANNEL, 1.5, "verify", "d", root))
    assert (pressed["ephemeral_to"], pressed["thread_ts"]) == (DANA, root)
    assert answer(Slash("key", DANA, CHANNEL, 1.5, "verify"))["ephemeral_to"] == DANA


def test_a_direct_message_is_answered_as_ever(slack: Running, answer: Callable[[Inbound], Json]) -> None:
    ts = slack.workspace.type("dana", "verify", channel="@shippy")
    (typed,) = (one for one in slack.workspace.messages(None) if one["ts"] == ts)
    told = answer(Message(typed["channel"], DANA, "verify", ts, direct=True))
    assert (told["ephemeral_to"], told["channel"]) == (None, typed["channel"])
