"""Whatever answers in Slack's place, a call ends in time, with an answer or with an error that has a name."""

from __future__ import annotations

import gc
import json
import socket
import time
from email.utils import formatdate

import gevent
import pytest

from playground.slack.process import Running
from shippy.chat.directory import channel_ids
from shippy.chat.slack import ITEMS_A_PAGE, SlackApi, SlackRefused
from shippy.errors import Unavailable
from tests.chat.answering import answering, http


@pytest.mark.parametrize(
    "answer",
    [
        http("503 Service Unavailable", "<html>come back later</html>"),
        http("200 OK", "<html>a proxy's page</html>"),
        http("200 OK", "[]"),
        http("200 OK", "3"),
        http("200 OK", ""),
        http("200 OK", '{"ok": false, "error": "internal_error"}'),
        http("429 Too Many Requests", ""),
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"",
    ],
    ids=["503", "a page", "a list", "a number", "empty", "internal", "429", "nonsense", "cut off", "closed"],
)
def test_an_answer_that_is_none_is_unavailable_and_may_be_asked_for_again(answer: bytes) -> None:
    with answering(answer) as api, pytest.raises(Unavailable) as raised:
        api.call("auth.test")
    assert not isinstance(raised.value, SlackRefused)
    assert raised.value.why.startswith("auth.test: ")


@pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
def test_retry_after_comes_with_the_error(name: str) -> None:
    limited = http("429 Too Many Requests", '{"ok": false, "error": "ratelimited"}', f"{name}: 7\r\n")
    with answering(limited) as api, pytest.raises(Unavailable) as raised:
        api.post("C1", "text")
    assert raised.value.retry_after == 7


def test_slacks_clock_is_known_from_its_answers() -> None:
    date = formatdate(time.time() + 600, usegmt=True)
    with answering(http("200 OK", '{"ok": true}', f"date: {date}\r\n")) as api:
        api.call("auth.test")
    assert api.time.now() - time.time() == pytest.approx(600, abs=1.5)


def test_a_refusal_has_slacks_code_and_says_what_is_missing() -> None:
    refusal = json.dumps({"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": ""})
    with answering(http("200 OK", refusal)) as api, pytest.raises(SlackRefused) as raised:
        api.post("C1", "text")
    assert raised.value.code == "missing_scope"
    assert raised.value.why == "chat.postMessage: missing_scope, the token lacks a scope (chat:write)"


def test_an_answer_that_trickles_in_is_not_waited_for() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", then_wait=5) as api:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            api.call("auth.test")
        assert time.monotonic() - began < 2


def test_a_call_that_broke_off_leaves_no_connection_to_the_garbage_collector() -> None:
    def begin_an_answer() -> bytes:
        client, _ = server.accept()
        with client:
            client.recv(65536)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            client.settimeout(3)
            return client.recv(1)

    gc.disable()
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            serving = gevent.spawn(begin_an_answer)
            with pytest.raises(Unavailable):
                SlackApi("token", f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=0.2).call("auth.test")
            assert serving.get() == b""
    finally:
        gc.enable()


def test_nobody_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    with pytest.raises(Unavailable, match="Connection refused"):
        SlackApi("token", f"http://127.0.0.1:{free}/").call("auth.test")


def test_channels_are_found_by_name_and_taken_by_id(api: SlackApi) -> None:
    assert dict(channel_ids(api, ["#deploys", "general", "C0123456789"])) == {
        "#deploys": "C0DEPLOYS1",
        "general": "C0GENERAL1",
        "C0123456789": "C0123456789",
    }


def test_a_message_can_be_replaced(world: Running, api: SlackApi) -> None:
    ts = api.post("C0DEPLOYS1", "first")
    api.update("C0DEPLOYS1", ts, "second")
    assert [message["text"] for message in world.workspace.messages() if message["ts"] == ts] == ["second"]


def test_a_message_of_blocks_keeps_its_mark_through_edits(world: Running, api: SlackApi) -> None:
    def section(text: str) -> dict[str, object]:
        return {"type": "section", "text": {"type": "mrkdwn", "text": text}}

    ts = api.post("C0DEPLOYS1", "first", blocks=[section("one")], mark="d1")
    api.update("C0DEPLOYS1", ts, "second", blocks=[section("two")])
    (message,) = [message for message in world.workspace.messages() if message["ts"] == ts]
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("second", "two")
    assert api.find("C0DEPLOYS1", "d1", since=float(ts) - 1) == ts
    assert api.find("C0DEPLOYS1", "d1", since=float(ts) + 1) is None
    assert api.find("C0DEPLOYS1", "d2", since=float(ts) - 1) is None


def test_a_message_is_found_however_much_was_said_since(api: SlackApi) -> None:
    ts = api.post("C0DEPLOYS1", "marked", mark="d3")
    for number in range(ITEMS_A_PAGE + 1):
        api.post("C0DEPLOYS1", f"chatter {number}")
    assert api.find("C0DEPLOYS1", "d3", since=float(ts) - 1) == ts


def test_a_whisper_is_for_one_person(world: Running, api: SlackApi) -> None:
    api.whisper("C0DEPLOYS1", "U0DANA0001", "only you")
    (message,) = [message for message in world.workspace.messages() if message["text"] == "only you"]
    assert message["ephemeral_to"] == "U0DANA0001"


def test_a_reaction_that_is_there_already_is_as_good(world: Running, api: SlackApi) -> None:
    ts = api.post("C0DEPLOYS1", "nice")
    for _ in range(2):
        api.react("C0DEPLOYS1", ts, "x")
    (message,) = [message for message in world.workspace.messages() if message["ts"] == ts]
    assert message["reactions"] == [{"name": "x", "users": ["U0SHIPPY01"], "count": 1}]
    with pytest.raises(SlackRefused):
        api.react("C0DEPLOYS1", "1.1", "x")


@pytest.mark.parametrize("code", ["token_expired", "ratelimited", "internal_error"])
def test_what_may_work_when_asked_again_is_no_refusal(code: str) -> None:
    with answering(http("200 OK", json.dumps({"ok": False, "error": code}))) as api:
        with pytest.raises(Unavailable) as raised:
            api.post("C1", "text")
        assert not isinstance(raised.value, SlackRefused)
