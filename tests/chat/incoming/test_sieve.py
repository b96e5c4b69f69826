"""Whatever is passed over without being parsed is for nobody here, and is acknowledged as if it had been parsed."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shippy.chat.incoming.door import Room
from shippy.chat.incoming.inbound import Heard, Signal
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.sieve import Sieve
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.slack import Identity, SlackApi

NOBODY = SlackApi("token", "http://127.0.0.1:9/")
BOT = "U0BOT"
ROOM = Room("shippy", Identity(BOT, "shippy", "T1"), ("C1",))
SIEVE = Sieve("shippy")
SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\r": "\\r", "/": "\\/", '"': '\\"', "\\": "\\\\"}

Pairs = list[tuple[str, object]]
"""An object of JSON, in which a key may stand twice."""

# What a name can be taken apart by, and still be read as one; and what has a meaning of its own.
between = st.sampled_from(
    ["", "`", "\x7f", "\u200b", "\u00ad", "\b", "\x01", "<!date^0^x|", ">", "&amp;", "&", "\\", "/"]
)
letters = st.tuples(*[st.sampled_from([letter, letter, letter.upper()]) for letter in "shippy"])
whole = letters.map("".join)
apart = st.builds(lambda name, at, gap: name[:at] + gap + name[at:], whole, st.integers(1, 5), between)
names = st.one_of(
    whole,
    apart,
    apart,
    st.sampled_from(["\u017fhippy", f"<@{BOT}>", f"<@{BOT}|shippy>", f"&lt;@{BOT}&gt;", "<http://x.io|shippy>"]),
)
ordinary = st.text(st.sampled_from(string.ascii_letters + " .,:/-'"), max_size=30)
texts = st.one_of(
    ordinary,
    st.tuples(
        st.sampled_from(["", "", " ", "@", "`", "\n"]), names, st.sampled_from([" status", ", status", ": x", ""])
    ).map("".join),
    st.text(max_size=10),
)
channels = st.sampled_from(["C1", "C1", "C1", "C2", "D1", "G1"])
events = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["message", "message", "app_mention", "reaction_added", "hello"]),
        "channel": channels,
        "user": st.sampled_from(["U1", "U1", BOT]),
        "text": texts,
        "ts": st.just("1700000000.000100"),
    },
    optional={
        "channel_type": st.sampled_from(["channel", "im", "mpim"]),
        "subtype": st.sampled_from(["thread_broadcast", "message_changed"]),
        "blocks": st.lists(st.builds(lambda text: {"type": "rich_text", "text": text}, texts), max_size=2),
        "metadata": st.builds(lambda key: {key: "E2"}, st.sampled_from(["envelope_id", 'a"envelope_id', "id"])),
    },
)


@st.composite
def spelled(draw: st.DrawFn, value: object, escapes: bool | None = None) -> str:
    """One of the many ways to write a value as JSON: whitespace, the order of keys, keys that stand twice, escapes."""
    escapes = draw(st.sampled_from([True, False, False])) if escapes is None else escapes
    gap = draw(st.sampled_from(["", "", "", " ", "\n "]))
    if isinstance(value, str):
        return f'"{draw(spelled_characters(value, escapes))}"'
    if isinstance(value, list):
        return f"[{','.join(gap + draw(spelled(one, escapes)) for one in value)}{gap}]"
    if isinstance(value, dict):
        twice = draw(st.sampled_from([[], [], [], [*value.items()][:1]]))
        pairs: Pairs = [*value.items(), *twice]
        pairs = draw(st.one_of(st.just(pairs), st.permutations(pairs)))
        members = (
            f"{gap}{draw(spelled(key, escapes))}{gap}:{gap}{draw(spelled(member, escapes))}" for key, member in pairs
        )
        return f"{{{','.join(members)}{gap}}}"
    return json.dumps(value)


@st.composite
def spelled_characters(draw: st.DrawFn, text: str, escapes: bool) -> str:
    """As short as can be, save that one character, mostly none, is written by its number."""
    escaped = draw(st.integers(-1 - len(text), len(text) - 1)) if escapes else -1
    return "".join(
        by_number(character) if number == escaped else SHORT_ESCAPES.get(character) or printed(character)
        for number, character in enumerate(text)
    )


def by_number(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def printed(character: str) -> str:
    return character if character >= " " else by_number(character)


slashed = st.fixed_dictionaries({"user_id": st.just("U1"), "channel_id": channels, "text": texts})
pressed = st.builds(
    lambda channel: {
        "type": "block_actions",
        "user": {"id": "U1"},
        "channel": {"id": channel},
        "container": {"message_ts": "1.5"},
        "actions": [{"action_ts": "2.5", "value": '{"command": "abort", "deploy": "d1"}'}],
    },
    channels,
)
said = st.builds(lambda event: {"event": event, "authorizations": [{"user_id": BOT}]}, events)
kinds_and_payloads: st.SearchStrategy[tuple[str, object]] = st.one_of(
    st.tuples(st.just("events_api"), said),
    st.tuples(st.just("slash_commands"), slashed),
    st.tuples(st.just("interactive"), pressed),
    st.tuples(st.sampled_from(["hello", "disconnect"]), st.just({})),
)
trailers = st.sampled_from([{}, {"accepts_response_payload": False, "retry_attempt": 0, "retry_reason": ""}])
envelopes = st.builds(
    lambda both, trailer: {"envelope_id": "E1", "payload": both[1], "type": both[0], **trailer},
    kinds_and_payloads,
    trailers,
)
over_socket_mode = envelopes.flatmap(spelled)
over_rtm = st.one_of(
    events, st.builds(lambda kind: {"type": kind}, st.sampled_from(["hello", "goodbye", "error"]))
).flatmap(spelled)


def concerns_nobody(heard: Heard) -> bool:
    return heard.signal is Signal.NONE and (heard.message is None or ROOM.command_in(heard.message) is None)


@settings(max_examples=200)
@given(over_socket_mode)
@example('{"envelope_id":"E1","type":"events_api","payload":{"event":{"type":"message","channel":"D1"}}}')
def test_over_socket_mode_nothing_that_is_meant_is_passed_over_and_all_is_acknowledged(frame: str) -> None:
    transport = SocketMode(NOBODY)
    passed_over = transport.pass_over(frame) if SIEVE.passes_over(frame) else None
    if passed_over is not None:
        understood = transport.understand(frame)
        assert concerns_nobody(understood)
        assert passed_over == Heard(reply=understood.reply)


@settings(max_examples=200)
@given(over_rtm)
def test_over_rtm_nothing_that_is_meant_is_passed_over(frame: str) -> None:
    transport = Rtm(NOBODY)
    passed_over = transport.pass_over(frame) if SIEVE.passes_over(frame) else None
    if passed_over is not None:
        assert passed_over == Heard()
        assert concerns_nobody(transport.understand(frame))


@given(
    st.one_of(names, st.text(st.sampled_from("shipySHIPY\u017f\u0130`<|>&;\u200b\x7f@"), max_size=12)),
    st.sampled_from(["", " ", ", ", ":"]),
    st.booleans(),
)
@example("shi\x7fppy", " ", False)
@example("shi\bppy", " ", True)
def test_no_text_that_the_room_takes_for_a_command_is_passed_over(name: str, gap: str, escaped: bool) -> None:
    event = {"type": "message", "channel": "C1", "user": "U1", "text": f"{name}{gap}status", "ts": "1.5"}
    frame = json.dumps(event, ensure_ascii=escaped)
    assert concerns_nobody(Rtm(NOBODY).understand(frame)) or not SIEVE.passes_over(frame)


def slack_says(text: str, **fields: object) -> str:
    """An envelope as Slack writes it."""
    event = {"type": "message", "text": text, "user": "U1", "ts": "1.5", "channel": "C1", "channel_type": "channel"}
    payload = {"event": event | fields, "type": "event_callback", "authorizations": [{"user_id": BOT}]}
    envelope = {"envelope_id": "57d6a792-4d35", "payload": payload, "type": "events_api"}
    return json.dumps(envelope | {"accepts_response_payload": False, "retry_attempt": 0}, separators=(",", ":"))


@pytest.mark.parametrize("text", ["good morning", "lunch? (12:30)", 'he said \\ "now"\nand / then', "ship it"])
def test_what_people_say_to_each_other_is_passed_over(text: str) -> None:
    assert SIEVE.passes_over(slack_says(text))
    assert SocketMode(NOBODY).pass_over(slack_says(text)) == Heard(reply='{"envelope_id": "57d6a792-4d35"}')


@pytest.mark.parametrize("text", ["shippy status", "SHIPPY", "I like shippy", "`x`", "<@U2>", "a & b", "für", "a\b"])
def test_what_may_be_meant_is_parsed(text: str) -> None:
    assert not SIEVE.passes_over(slack_says(text))


def test_direct_messages_are_parsed() -> None:
    assert not SIEVE.passes_over(slack_says("status", channel="D1"))
    assert not SIEVE.passes_over(slack_says("status", channel_type="im"))


def test_a_name_beyond_ascii_is_never_sure() -> None:
    assert not Sieve("\u017fhip").passes_over("{}")


@pytest.mark.parametrize(
    "frame",
    [
        '{"payload":{"envelope_id":"E2"},"type":"events_api"}',
        '{"payload":{"envelope_id":"E2"},"envelope_id":"E1","type":"events_api"}',
        '{"a\\"envelope_id":"E2","type":"events_api"}',
        '{"envelope_id":"E\\u0031","type":"events_api"}',
        '{"envelope_id":"E1","type":"events_api","envelope_id":"E2"}',
        '{"envelope_id":"E1","type":"events_api","type":"interactive"}',
        '{"envelope_id":"E1","type":"events_api","payload":{"x":{}}}',
        '{"envelope_id":"E1","type":"interactive","payload":{"type":"events_api"}}',
        '{"x":["envelope_id"],"type":"events_api"}',
        '{"envelope_id":null,"type":"events_api"}',
        '["envelope_id"]',
        "{}",
    ],
)
def test_an_envelope_whose_id_or_type_could_be_another_is_parsed(frame: str) -> None:
    assert SocketMode(NOBODY).pass_over(frame) is None


@pytest.mark.parametrize(
    "frame",
    [
        '{"envelope_id":"E1","payload":{"x":{}},"type":"events_api","retry_attempt":0}',
        '{ "envelope_id" : "E1" , "type":"x","type": "events_api" }',
        '{"payload":{"x":{}},"envelope_id":"E1","type":"events_api","accepts_response_payload":false}',
        '{"payload": {}, "type": "events_api", "envelope_id": "E1"}\n',
    ],
)
def test_an_envelope_that_can_be_no_other_is_not_parsed(frame: str) -> None:
    assert SocketMode(NOBODY).pass_over(frame) == Heard(reply='{"envelope_id": "E1"}')
