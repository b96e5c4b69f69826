"""The app's end of RTM and Socket Mode, by hand: what is sent is what a test says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_sdk import WebClient
from websockets.sync.client import ClientConnection, connect

from playground.slack.process import Running

Json = dict[str, Any]

SECONDS = 10.0


def socket_mode_url(slack: Running) -> str:
    app = WebClient(token=slack.app_token, base_url=slack.api_url, timeout=10)
    return str(app.apps_connections_open(app_token=slack.app_token)["url"])


def rtm_url(bot: WebClient) -> str:
    return str(bot.rtm_connect()["url"])


@contextmanager
def connected(url: str) -> Iterator[ClientConnection]:
    with connect(url, proxy=None, close_timeout=0.5, open_timeout=SECONDS) as connection:
        yield connection


def receive(connection: ClientConnection) -> Json:
    message: Json = json.loads(connection.recv(timeout=SECONDS))
    return message


def receive_kind(connection: ClientConnection, kind: str) -> Json:
    """The next message of that type; those of other types before it are passed over."""
    while True:
        message = receive(connection)
        if message["type"] == kind:
            return message


def acknowledge(connection: ClientConnection, envelope: Json, payload: Json | None = None) -> None:
    connection.send(json.dumps({"envelope_id": envelope["envelope_id"], **({"payload": payload} if payload else {})}))
