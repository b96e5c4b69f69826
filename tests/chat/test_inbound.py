"""Only what a person typed becomes a message, and a message is taken once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.chat.inbound import Heard, Message, RecentlySeen, Signal, parsed, typed_by_a_person
from shippy.chat.rtm import Rtm
from shippy.chat.slack import SlackApi
from shippy.chat.socket_mode import SocketMode

NOBODY = SlackApi("token", "http://127.0.0.1:9/")
TYPED = {"type": "message", "channel": "C1", "user": "U1", "text": "shippy status", "ts": "1.5"}
MESSAGE = Message("C1", "U1", "shippy status", "1.5")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*TYPED, "payload", "event"]), inner),
)


def enveloped(event: object, kind: str = "events_api") -> str:
    return json.dumps({"envelope_id": "E1", "type": kind, "payload": {"event": event}})


def test_a_message_in_a_channel_a_thread_and_a_direct_message() -> None:
    assert typed_by_a_person(TYPED) == MESSAGE
    assert typed_by_a_person(TYPED | {"thread_ts": "1.1"}) == Message("C1", "U1", "shippy status", "1.5", "1.1")
    assert typed_by_a_person(TYPED | {"channel": "D1"}) == Message("D1", "U1", "shippy status", "1.5", direct=True)
    assert typed_by_a_person(TYPED | {"channel_type": "im"}) == Message("C1", "U1", "shippy status", "1.5", direct=True)
    assert typed_by_a_person(TYPED | {"type": "app_mention"}) == MESSAGE
    assert typed_by_a_person(TYPED | {"subtype": "thread_broadcast"}) == MESSAGE


@pytest.mark.parametrize(
    "mark",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"edited": {"user": "U1", "ts": "1.6"}},
        {"hidden": True},
        {"user": "USLACKBOT"},
        {"user": None},
        {"ts": ""},
        {"type": "reaction_added"},
    ],
)
def test_what_no_person_typed_just_now_is_nothing(mark: dict[str, object]) -> None:
    assert typed_by_a_person(TYPED | mark) is None


def test_socket_mode_acknowledges_every_envelope_and_takes_messages_out_of_events() -> None:
    understand = SocketMode(NOBODY).understand
    acknowledged = json.dumps({"envelope_id": "E1"})
    assert understand(enveloped(TYPED)) == Heard(reply=acknowledged, message=MESSAGE)
    assert understand(enveloped(TYPED, kind="slash_commands")) == Heard(reply=acknowledged)
    assert understand(enveloped({}, kind="interactive")) == Heard(reply=acknowledged)


@pytest.mark.parametrize(
    ("reason", "signal"),
    [
        ("warning", Signal.REPLACE),
        ("refresh_requested", Signal.REPLACE),
        ("too_many_websockets", Signal.STAY_AWAY),
        ("link_disabled", Signal.STAY_AWAY),
    ],
)
def test_socket_mode_tells_a_planned_end_from_a_refusal(reason: str, signal: Signal) -> None:
    frame = json.dumps({"type": "disconnect", "reason": reason})
    assert SocketMode(NOBODY).understand(frame) == Heard(signal, why=reason)


def test_rtm_takes_messages_as_they_are() -> None:
    understand = Rtm(NOBODY).understand
    assert understand(json.dumps(TYPED)) == Heard(message=MESSAGE)
    assert understand('{"type": "hello"}') == Heard(Signal.READY)
    assert understand('{"type": "goodbye"}').signal is Signal.REPLACE
    assert understand('{"type": "error", "error": {"code": 1, "msg": "Socket URL has expired"}}') == Heard(
        Signal.STAY_AWAY, why="Socket URL has expired"
    )
    assert understand('{"type": "pong", "reply_to": 1}') == Heard()


@given(anything, st.sampled_from(["message", "app_mention", "hello", "disconnect", "error", "events_api"]))
def test_no_frame_at_all_raises(content: object, kind: str) -> None:
    frames = [json.dumps(content), json.dumps({"type": kind, "payload": content}), enveloped(content)]
    if isinstance(content, dict):
        frames += [json.dumps(content | {"type": kind}), enveloped(content | {"type": kind})]
    for frame in frames:
        SocketMode(NOBODY).understand(frame)
        Rtm(NOBODY).understand(frame)


@pytest.mark.parametrize("frame", [b"\xff\xfe", "", "nonsense", "[" * 100_000, "3", "[]"])
def test_a_frame_that_is_no_object_is_empty(frame: str | bytes) -> None:
    assert parsed(frame) == {}


def test_a_key_is_seen_for_the_first_time_once_among_the_last_ones() -> None:
    seen = RecentlySeen(capacity=2)
    assert [seen.first_time(key) for key in ("a", "a", "b", "a", "c", "a")] == [True, False, True, False, True, True]
