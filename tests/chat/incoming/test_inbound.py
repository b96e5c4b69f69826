"""Only what a person typed becomes a message, and a message is taken once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.chat.incoming.inbound import Heard, Message, Pressed, Signal, Slash, parsed, typed_by_a_person
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.slack import SlackApi

NOBODY = SlackApi("token", "http://127.0.0.1:9/")
TYPED = {"type": "message", "channel": "C1", "user": "U1", "text": "shippy status", "ts": "1.5"}
MESSAGE = Message("C1", "U1", "shippy status", "1.5")
BUTTON = {"action_id": "share", "action_ts": "2.5", "value": '{"command": "rollout 25", "deploy": "d1"}'}
PRESS = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "channel": {"id": "C1"},
    "container": {"message_ts": "1.5"},
    "actions": [BUTTON],
}
SLASHED = {"user_id": "U1", "channel_id": "C1", "command": "/shippy", "text": "status"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*TYPED, *PRESS, *BUTTON, "payload", "event", "id"]), inner)
    ),
)


def enveloped(event: object) -> str:
    return in_envelope("events_api", {"event": event})


def in_envelope(kind: str, payload: object) -> str:
    return json.dumps({"envelope_id": "E1", "type": kind, "payload": payload})


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
        {"ts": "yesterday"},
        {"type": "reaction_added"},
    ],
)
def test_what_no_person_typed_just_now_is_nothing(mark: dict[str, object]) -> None:
    assert typed_by_a_person(TYPED | mark) is None


def test_socket_mode_acknowledges_every_envelope_and_takes_messages_out_of_events() -> None:
    understand = SocketMode(NOBODY).understand
    acknowledged = json.dumps({"envelope_id": "E1"})
    assert understand(enveloped(TYPED)) == Heard(reply=acknowledged, message=MESSAGE)
    assert understand(in_envelope("interactive", {"type": "view_submission"})) == Heard(reply=acknowledged)
    assert understand(in_envelope("something new", TYPED)) == Heard(reply=acknowledged)


def test_when_a_message_was_typed_is_in_its_ts() -> None:
    assert Message("C1", "U1", "", "1700000000.000200").at == 1_700_000_000.0002


def test_a_press_of_a_button_is_its_command_and_its_deploy() -> None:
    heard = SocketMode(NOBODY).understand(in_envelope("interactive", PRESS))
    assert heard.message == Pressed("C1/1.5/2.5/U1", "U1", "C1", 2.5, "rollout 25", "d1", "1.5")


@pytest.mark.parametrize(
    "changed",
    [
        {"actions": []},
        {"actions": [BUTTON | {"value": "rollout 25"}]},
        {"actions": [BUTTON | {"value": '{"command": "rollout 25"}'}]},
        {"actions": [BUTTON | {"value": '{"command": 25, "deploy": "d1"}'}]},
        {"actions": [{"action_id": "vip", "action_ts": "2.5"}]},
        {"actions": [BUTTON | {"action_ts": "now"}]},
        {"container": {}},
        {"user": None},
        {"channel": None},
        {"type": "shortcut"},
    ],
)
def test_what_is_no_press_of_a_button_with_a_command_is_nothing(changed: dict[str, object]) -> None:
    assert SocketMode(NOBODY).understand(in_envelope("interactive", PRESS | changed)).message is None


def test_a_slash_command_has_the_time_at_which_it_came() -> None:
    understand = SocketMode(NOBODY, now=lambda: 3.5).understand
    assert understand(in_envelope("slash_commands", SLASHED)).message == Slash("C1/slash/E1", "U1", "C1", 3.5, "status")
    assert understand(in_envelope("slash_commands", SLASHED | {"user_id": ""})).message is None


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
    frames += [in_envelope(kind, content) for kind in ("interactive", "slash_commands")]
    if isinstance(content, dict):
        frames += [json.dumps(content | {"type": kind}), enveloped(content | {"type": kind})]
    for frame in frames:
        SocketMode(NOBODY).understand(frame)
        Rtm(NOBODY).understand(frame)


@pytest.mark.parametrize("frame", [b"\xff\xfe", "", "nonsense", "[" * 100_000, "3", "[]"])
def test_a_frame_that_is_no_object_is_empty(frame: str | bytes) -> None:
    assert parsed(frame) == {}
