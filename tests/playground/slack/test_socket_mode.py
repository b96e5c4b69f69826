"""Socket Mode, as an app sees it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus

from playground.slack.client import Workspace
from playground.slack.process import Running
from tests.playground.slack.connecting import acknowledge, connected, receive, receive_kind, socket_mode_url

BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "go", "value": "25", "text": {"type": "plain_text", "text": "25 %"}}
        ],
    }
]


def test_hello_says_how_many_connections_there_are(slack: Running) -> None:
    with connected(socket_mode_url(slack)) as first, connected(socket_mode_url(slack)) as second:
        assert receive(first)["num_connections"] == 1
        hello = receive(second)
    assert (hello["type"], hello["num_connections"]) == ("hello", 2)
    assert hello["connection_info"] == {"app_id": "A0SHIPPY01"}


def test_a_ticket_is_good_once(slack: Running) -> None:
    url = socket_mode_url(slack)
    with connected(url) as connection:
        receive(connection)
    with pytest.raises(InvalidStatus, match="401"), connected(url):
        pass
    with pytest.raises(InvalidStatus, match="401"), connected(url.partition("?")[0] + "?ticket=invented"):
        pass


def test_a_message_comes_in_an_envelope_and_a_mention_in_a_second(slack: Running) -> None:
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        ts = slack.workspace.type("dana", "@shippy status <now>")
        envelopes = [receive(connection), receive(connection)]
    message, mention = (envelope["payload"]["event"] for envelope in envelopes)
    assert (message["type"], mention["type"], message["channel_type"]) == ("message", "app_mention", "channel")
    assert message["ts"] == mention["ts"] == ts
    assert message["text"] == "<@U0SHIPPY01> status &lt;now&gt;"
    assert envelopes[0]["payload"]["event_id"] != envelopes[1]["payload"]["event_id"]
    assert envelopes[0]["retry_attempt"] == 0


def test_an_unacknowledged_event_comes_again_on_another_connection_and_then_no_more(slack: Running) -> None:
    slack.workspace.set(redelivery=[0.1, 0.1, 0.1], answer_seconds=0.1)
    with connected(socket_mode_url(slack)) as first, connected(socket_mode_url(slack)) as second:
        receive(first)
        receive(second)
        slack.workspace.type("dana", "shippy status")
        attempts = [receive(connection) for connection in (second, first, second, first)]
        slack.workspace.type("dana", "the end")
        assert receive(second)["payload"]["event"]["text"] == "the end"
    assert [attempt["retry_attempt"] for attempt in attempts] == [0, 1, 2, 3]
    assert len({attempt["envelope_id"] for attempt in attempts}) == 1


def test_an_acknowledged_event_does_not_come_again(slack: Running) -> None:
    slack.workspace.set(redelivery=[0.2])
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        slack.workspace.type("dana", "one")
        first = receive(connection)
        acknowledge(connection, first)
        slack.workspace.type("dana", "two")
        second = receive(connection)
        again = receive(connection)
    assert again["envelope_id"] == second["envelope_id"]
    delivered = slack.workspace.connections()["envelopes"][0]
    assert len(delivered["deliveries"]) == 1
    assert delivered["acknowledged_at"] is not None


def test_an_event_that_found_no_connection_comes_with_the_next_try(slack: Running) -> None:
    slack.workspace.set(redelivery=[1.0])
    slack.workspace.type("dana", "is anybody there?")
    with connected(socket_mode_url(slack)) as connection:
        assert receive(connection)["type"] == "hello"
        envelope = receive(connection)
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "timeout")


def test_edits_and_deletions_are_events_of_their_own(slack: Running) -> None:
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        ts = slack.workspace.type("dana", "shippy statsu")
        slack.workspace.edit("dana", ts, "shippy status")
        slack.workspace.delete("dana", ts)
        _, changed, deleted = (receive(connection)["payload"]["event"] for _ in range(3))
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "shippy status")
    assert changed["previous_message"]["text"] == "shippy statsu"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


def test_warning_then_refresh_then_the_end(slack: Running) -> None:
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        slack.workspace.fault(cut="warning")
        assert receive(connection)["reason"] == "warning"
        slack.workspace.fault(cut="refresh_requested")
        assert receive(connection)["reason"] == "refresh_requested"
        with pytest.raises(Exception, match="1001"):
            receive(connection)


def test_the_eleventh_connection_is_one_too_many(slack: Running) -> None:
    with ExitStack() as stack:
        for number in range(10):
            connection = stack.enter_context(connected(socket_mode_url(slack)))
            assert receive(connection)["num_connections"] == number + 1
        extra = stack.enter_context(connected(socket_mode_url(slack)))
        refusal = receive(extra)
    assert (refusal["type"], refusal["reason"]) == ("disconnect", "too_many_websockets")


@pytest.mark.parametrize("how", ["rst", "fin_without_close"])
def test_a_connection_can_end_without_a_close_frame(slack: Running, how: str) -> None:
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        slack.workspace.fault(cut=how)
        with pytest.raises(ConnectionClosedError, match="no close frame"):
            receive(connection)
    slack.workspace.wait_for_connections(0)


def test_a_silent_connection_stands_and_answers_nothing(slack: Running) -> None:
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        slack.workspace.fault(cut="silent")
        slack.workspace.type("dana", "shippy status")
        assert not connection.ping().wait(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(timeout=0.1)
    slack.workspace.wait_for_connections(0)


def test_connecting_fails_as_often_as_asked(slack: Running) -> None:
    slack.workspace.fault(cut="refuse", times=1)
    url = socket_mode_url(slack)
    with pytest.raises((InvalidMessage, OSError)), connected(url):
        pass
    slack.workspace.fault(cut="expired_token", times=1)
    with pytest.raises(SlackApiError, match="token_expired"):
        socket_mode_url(slack)
    slack.workspace.fault(cut="too_many", times=1)
    with connected(socket_mode_url(slack)) as connection:
        assert receive(connection)["reason"] == "too_many_websockets"
    with connected(socket_mode_url(slack)) as connection:
        assert receive(connection)["type"] == "hello"


def test_a_click_brings_who_where_what_and_a_response_url(slack: Running, bot: WebClient) -> None:
    ts = bot.chat_postMessage(channel="#deploys", text="ready", blocks=BUTTONS)["ts"]
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        slack.workspace.click("kim", ts, "go")
        envelope = receive_kind(connection, "interactive")
        acknowledge(connection, envelope)
        payload = envelope["payload"]
        answer = {"replace_original": True, "text": "25 % it is"}
        assert requests.post(payload["response_url"], json=answer, timeout=10).text == "ok"
    assert (payload["type"], payload["user"]["id"], payload["container"]["message_ts"]) == (
        "block_actions",
        "U0KIM00001",
        ts,
    )
    assert (payload["actions"][0]["action_id"], payload["actions"][0]["value"]) == ("go", "25")
    assert slack.workspace.messages()[0]["text"] == "25 % it is"
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Abort?"}, "blocks": []}
    assert bot.views_open(trigger_id=payload["trigger_id"], view=view)["view"]["type"] == "modal"
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        bot.views_open(trigger_id=payload["trigger_id"], view=view)


def test_a_response_url_is_good_for_five_answers(slack: Running, bot: WebClient) -> None:
    ts = bot.chat_postMessage(channel="#deploys", text="ready", blocks=BUTTONS)["ts"]
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        slack.workspace.click("kim", ts, "go")
        url = receive_kind(connection, "interactive")["payload"]["response_url"]
    answers = [requests.post(url, json={"text": "hello"}, timeout=10).status_code for _ in range(6)]
    assert answers == [200, 200, 200, 200, 200, 404]
    assert [message["ephemeral_to"] for message in slack.workspace.messages()[1:]] == ["U0KIM00001"] * 5


def test_a_slash_command_is_answered_by_its_acknowledgement(slack: Running) -> None:
    with connected(socket_mode_url(slack)) as connection:
        receive(connection)
        slack.workspace.slash("dana", "status")
        envelope = receive(connection)
        acknowledge(connection, envelope, {"text": "nothing is live", "response_type": "in_channel"})
        said = slack.workspace.wait_for(lambda messages: messages)
    assert envelope["type"] == "slash_commands"
    assert (envelope["payload"]["command"], envelope["payload"]["text"]) == ("/shippy", "status")
    assert (said[0]["text"], said[0]["ephemeral_to"]) == ("nothing is live", None)


def test_a_click_that_nobody_takes_is_shown_as_failed(workspace: Workspace, bot: WebClient) -> None:
    ts = bot.chat_postMessage(channel="#deploys", text="ready", blocks=BUTTONS)["ts"]
    workspace.click("kim", ts, "go")
    changes = requests.get(f"{workspace.url}/playground/changes", params={"since": 0}, timeout=10).json()["changes"]
    assert changes[-1]["kind"] == "unanswered"
    assert changes[-1]["user"] == "U0KIM00001"
