"""There is always a line to Slack, or the next attempt at one, and no bug and no Slack ends that."""

from __future__ import annotations

import json
import logging
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import gevent
import pytest
from gevent.event import Event as Flag
from gevent.queue import Queue

from shippy.chat.incoming.inbound import Inbound, Message
from shippy.chat.incoming.link import Link, Pace
from shippy.chat.incoming.receiver import Timing
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.slack import SlackApi, SlackRefused
from shippy.errors import Unavailable
from tests.chat import raw
from tests.chat.rig import QUICK, until

HELLO = '{"type": "hello"}'
GOODBYE = '{"type": "goodbye"}'
understand = Rtm(SlackApi("token", "http://127.0.0.1:9/")).understand


def typed(number: int) -> str:
    event = {"type": "message", "channel": "C1", "user": "U1", "text": f"text {number}", "ts": str(number)}
    return json.dumps(event)


def text_of(message: Inbound) -> str:
    assert isinstance(message, Message)
    return message.text


@dataclass
class Heard:
    """What a link delivered, that it gave up, and when nobody had listened."""

    messages: Queue[Inbound] = field(default_factory=Queue)
    lost: list[SlackRefused] = field(default_factory=list)
    gaps: list[float | None] = field(default_factory=list)
    untils: list[float] = field(default_factory=list)

    def returned(self, since: float | None, until: float) -> None:
        self.gaps.append(since)
        self.untils.append(until)

    def texts(self, count: int) -> list[str]:
        return [text_of(self.messages.get(timeout=10)) for _ in range(count)]


@contextmanager
def linked(
    address: Callable[[], str], pace: Pace = QUICK, deliver: Callable[[Inbound], None] | None = None
) -> Iterator[tuple[Link, Heard]]:
    heard = Heard()
    link = Link(
        address,
        understand,
        deliver or heard.messages.put,
        lost=heard.lost.append,
        returned=heard.returned,
        pace=pace,
    )
    link.start()
    try:
        yield link, heard
    finally:
        link.stop()


def test_a_burst_of_five_thousand_events_comes_whole_and_in_order() -> None:
    burst = raw.say(HELLO, *[typed(number) for number in range(5_000)])
    with raw.serving(burst, raw.then(raw.say(HELLO), raw.answer_pings)) as url, linked(lambda: url) as (_, heard):
        assert heard.texts(5_000) == [f"text {number}" for number in range(5_000)]


@pytest.mark.parametrize(
    "end", [raw.say(), raw.reset, raw.close_frame, raw.stay_silent], ids=["FIN", "RST", "close", "silence"]
)
def test_after_each_kind_of_end_the_next_line_delivers(end: raw.Script) -> None:
    first = raw.then(raw.say(HELLO, typed(1)), end)
    second = raw.then(raw.say(HELLO, typed(2)), raw.answer_pings)
    with raw.serving(first, second) as url, linked(lambda: url) as (link, heard):
        assert heard.texts(2) == ["text 1", "text 2"]
        assert link.connected


@pytest.mark.parametrize("end", [raw.say(), raw.stay_silent], ids=["FIN", "silence"])
def test_when_nobody_listened_is_told_before_what_came_next(end: raw.Script) -> None:
    second = raw.then(raw.say(HELLO, typed(2)), raw.answer_pings)
    gaps_at_delivery: dict[str, int] = {}
    with raw.serving(raw.then(raw.say(HELLO, typed(1)), end), second) as url:
        began = time.time()
        heard = Heard()

        def deliver(inbound: Inbound) -> None:
            gaps_at_delivery[text_of(inbound)] = len(heard.gaps)
            heard.messages.put(inbound)

        link = Link(lambda: url, understand, deliver, lost=heard.lost.append, returned=heard.returned, pace=QUICK)
        link.start()
        try:
            heard.texts(2)
        finally:
            link.stop()
    first, since = heard.gaps
    assert first is None
    assert since is not None
    assert began <= since < began + 0.4, "the last sign of life, not when it was missed"
    assert gaps_at_delivery == {"text 1": 1, "text 2": 2}


def test_a_gap_ends_when_the_next_line_begins_to_connect_however_late_it_is_greeted() -> None:
    connected_at: list[float] = []

    def slow(client: socket.socket) -> None:
        connected_at.append(time.time())
        gevent.sleep(0.5)
        raw.then(raw.say(HELLO, typed(1)), raw.answer_pings)(client)

    with raw.serving(slow) as url, linked(lambda: url) as (_, heard):
        heard.texts(1)
        assert heard.untils[0] <= connected_at[0]


def test_a_planned_replacement_leaves_no_gap(caplog: pytest.LogCaptureFixture) -> None:
    old = raw.then(raw.say(HELLO, GOODBYE), raw.answer_pings)
    new = raw.then(raw.say(HELLO), raw.answer_pings)
    with caplog.at_level(logging.INFO), raw.serving(old, new) as url, linked(lambda: url) as (_, heard):
        until(lambda: caplog.messages.count("connected to Slack") == 2, "the new line")
        assert heard.gaps == [None]


def test_a_name_that_cannot_be_resolved_is_tried_again() -> None:
    with raw.serving(raw.then(raw.say(HELLO, typed(1)), raw.answer_pings)) as url:
        addresses = ["ws://nowhere.invalid/", "ws://nowhere.invalid/", url]
        with linked(lambda: addresses.pop(0)) as (_, heard):
            assert heard.texts(1) == ["text 1"]


@pytest.mark.parametrize("code", ["token_expired", "team_added_to_org"])
def test_a_refusal_that_passes_is_tried_again(code: str) -> None:
    with raw.serving(raw.then(raw.say(HELLO, typed(1)), raw.answer_pings)) as url:
        refusals = [SlackRefused("Slack", "no", code=code)]

        def address() -> str:
            if refusals:
                raise refusals.pop()
            return url

        with linked(address) as (_, heard):
            assert heard.texts(1) == ["text 1"]
            assert heard.lost == []


def test_the_old_line_still_delivers_after_the_new_one_has_come(caplog: pytest.LogCaptureFixture) -> None:
    new_is_up = Flag()

    def old(client: socket.socket) -> None:
        raw.say(HELLO, GOODBYE)(client)
        assert new_is_up.wait(5)
        raw.say(typed(1))(client)
        raw.answer_pings(client)

    new = raw.then(raw.say(HELLO), raw.answer_pings)
    with caplog.at_level(logging.INFO), raw.serving(old, new) as url, linked(lambda: url) as (_, heard):
        until(lambda: caplog.messages.count("connected to Slack") == 2, "the new line")
        new_is_up.set()
        assert heard.texts(1) == ["text 1"]


def test_a_line_that_never_says_hello_is_left_for_another() -> None:
    pace = Pace(first=0.01, timing=Timing(open=0.2, quiet=0.1, answer=0.1, close=0.1))
    with (
        raw.serving(raw.answer_pings, raw.then(raw.say(HELLO, typed(1)), raw.answer_pings)) as url,
        linked(lambda: url, pace) as (_, heard),
    ):
        assert heard.texts(1) == ["text 1"]


def test_attempts_grow_rarer_while_slack_is_gone_and_keep_to_its_retry_after(caplog: pytest.LogCaptureFixture) -> None:
    answers: list[Exception] = [Unavailable("Slack", "ratelimited", retry_after=0.6), Unavailable("Slack", "down")]

    def address() -> str:
        raise answers[0] if len(answers) == 1 else answers.pop(0)

    def pauses() -> list[float]:
        found = (re.search(r"tried in ([\d.]+) s", message) for message in caplog.messages)
        return [float(match[1]) for match in found if match]

    with caplog.at_level(logging.WARNING), linked(address, Pace(first=0.1, most=0.4)):
        until(lambda: len(pauses()) >= 4, "four attempts")
    assert pauses()[0] == 0.6
    assert all(0.1 <= pause <= 0.4 for pause in pauses()[1:])


@pytest.mark.parametrize("greeting", [(HELLO,), ()], ids=["after hello", "at once"])
def test_a_line_that_slack_sends_away_is_tried_again_only_after_a_while(greeting: tuple[str, ...]) -> None:
    too_many = raw.say(*greeting, '{"type": "error", "error": {"msg": "too_many_websockets"}}')
    attempts = []

    def address() -> str:
        attempts.append(url)
        return url

    with raw.serving(too_many) as url, linked(address, Pace(first=0.01, crowded=30.0)) as (link, _):
        until(lambda: attempts and not link.connected, "sent away")
        gevent.sleep(0.2)
        assert len(attempts) == 1


def test_a_lasting_refusal_ends_the_attempts_and_another_one_does_not() -> None:
    answers = [SlackRefused("Slack", "no", code="team_added_to_org"), SlackRefused("Slack", "no", code="invalid_auth")]

    def address() -> str:
        raise answers.pop(0)

    with linked(address) as (_, heard):
        until(lambda: heard.lost, "given up")
        assert heard.lost[0].code == "invalid_auth"
        assert answers == []


def test_a_lasting_refusal_in_mid_life_ends_nothing_because_a_deploy_may_be_running() -> None:
    first = raw.then(raw.say(HELLO, typed(1)), raw.say())
    second = raw.then(raw.say(HELLO, typed(2)), raw.answer_pings)
    refusals = [None, SlackRefused("Slack", "no", code="account_inactive"), None]
    with raw.serving(first, second) as url:

        def address() -> str:
            refusal = refusals.pop(0)
            if refusal:
                raise refusal
            return url

        with linked(address) as (_, heard):
            assert heard.texts(2) == ["text 1", "text 2"]
            assert heard.lost == []


def test_a_bug_over_one_message_does_not_end_the_chat(caplog: pytest.LogCaptureFixture) -> None:
    taken: Queue[str] = Queue()

    def deliver(message: Inbound) -> None:
        if text_of(message) == "text 1":
            raise ZeroDivisionError
        taken.put(text_of(message))

    second = raw.then(raw.say(HELLO, typed(2)), raw.answer_pings)
    with raw.serving(raw.then(raw.say(HELLO, typed(1)), raw.answer_pings), second) as url:
        with linked(lambda: url, deliver=deliver):
            assert taken.get(timeout=5) == "text 2"
        assert "ZeroDivisionError" in caplog.text


def test_a_stop_before_slack_has_said_hello_leaves_no_connection() -> None:
    begun, ended = Flag(), Flag()

    def script(client: socket.socket) -> None:
        _, ping = raw.received(client)
        client.sendall(raw.frame(ping, raw.PONG))
        begun.set()
        raw.answer_pings(client)
        ended.set()

    with raw.serving(script) as url, linked(lambda: url) as (link, _):
        assert begun.wait(5)
        link.stop()
        assert ended.wait(5)


def test_the_stop_leaves_no_connection_and_makes_no_new_one() -> None:
    ended = Flag()

    def script(client: socket.socket) -> None:
        raw.then(raw.say(HELLO), raw.answer_pings)(client)
        ended.set()

    with raw.serving(script) as url, linked(lambda: url) as (link, _):
        until(lambda: link.connected, "connected")
        link.stop()
        assert ended.wait(5)
        assert not link.connected
