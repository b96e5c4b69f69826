"""RTM, as an app sees it."""

from __future__ import annotations

import json

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus

from playground.slack.client import Workspace
from playground.slack.process import Running
from tests.playground.slack.connecting import connected, receive, rtm_url, socket_mode_url


def test_hello_comes_first_and_a_ticket_is_good_once(bot: WebClient) -> None:
    url = rtm_url(bot)
    with connected(url) as connection:
        assert receive(connection)["type"] == "hello"
    with pytest.raises(InvalidStatus, match="401"), connected(url):
        pass


def test_a_ping_is_answered_with_what_it_carried(bot: WebClient) -> None:
    with connected(rtm_url(bot)) as connection:
        receive(connection)
        connection.send(json.dumps({"id": 7, "type": "ping", "time": 3}))
        assert receive(connection) == {"type": "pong", "id": 7, "reply_to": 7, "time": 3}


def test_messages_come_as_they_are_typed_and_own_ones_come_back(bot: WebClient, workspace: Workspace) -> None:
    with connected(rtm_url(bot)) as connection:
        receive(connection)
        workspace.type("kim", "shippy ship https://github.example/pull/1 & go")
        bot.chat_postMessage(channel="#deploys", text="on it")
        typed, echo = receive(connection), receive(connection)
    assert (typed["user"], typed["channel"]) == ("U0KIM00001", "C0DEPLOYS1")
    assert typed["text"] == "shippy ship <https://github.example/pull/1> &amp; go"
    assert (echo["text"], echo["bot_id"]) == ("on it", "B0SHIPPY01")


def test_what_is_said_over_the_connection_is_confirmed_there_and_not_echoed(
    bot: WebClient, workspace: Workspace
) -> None:
    with connected(rtm_url(bot)) as connection:
        receive(connection)
        connection.send(json.dumps({"id": 1, "type": "message", "channel": "C0DEPLOYS1", "text": "hi"}))
        reply = receive(connection)
        workspace.type("kim", "hi yourself")
        assert receive(connection)["text"] == "hi yourself"
    assert (reply["ok"], reply["reply_to"], reply["text"]) == (True, 1, "hi")


def test_channels_without_the_bot_and_ephemeral_messages_are_not_heard(bot: WebClient, workspace: Workspace) -> None:
    with connected(rtm_url(bot)) as connection:
        receive(connection)
        workspace.type("kim", "private talk", channel="#general")
        bot.chat_postEphemeral(channel="#deploys", user="U0KIM00001", text="psst")
        workspace.type("kim", "public talk")
        assert receive(connection)["text"] == "public talk"


def test_goodbye_comes_before_a_planned_end(bot: WebClient, workspace: Workspace) -> None:
    with connected(rtm_url(bot)) as connection:
        receive(connection)
        workspace.fault(cut="close")
        assert receive(connection)["type"] == "goodbye"
        with pytest.raises(ConnectionClosed, match="1001"):
            receive(connection)


def test_rtm_and_socket_mode_both_hear(slack: Running, bot: WebClient) -> None:
    with connected(rtm_url(bot)) as rtm, connected(socket_mode_url(slack)) as socket_mode:
        receive(rtm)
        receive(socket_mode)
        ts = slack.workspace.type("kim", "hello both")
        assert receive(rtm)["ts"] == receive(socket_mode)["payload"]["event"]["ts"] == ts
