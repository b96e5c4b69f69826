"""slack_sdk's own clients, under gevent: `python -m benchmarks.chat.clients.sdk KIND API_URL`.

KIND is builtin or websocket_client, both for Socket Mode, or rtm_v2.
"""

# ruff: noqa: E402 - gevent patches before anything else is imported
from gevent import monkey

monkey.patch_all()

import logging
import sys
from threading import Event

from slack_sdk import WebClient
from slack_sdk.rtm_v2 import RTMClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.socket_mode.websocket_client import SocketModeClient as WebsocketClient

from benchmarks.chat.events import CHANNEL, COMMAND


def main() -> None:
    kind, api_url = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    web = WebClient("xoxb-1", base_url=api_url)
    if kind == "rtm_v2":
        rtm = RTMClient(web_client=web)

        def heard(_client: RTMClient, event: dict[str, str]) -> None:
            if event.get("text") == COMMAND:
                web.chat_postMessage(channel=CHANNEL, text="nothing is live")

        rtm.on("message")(heard)
        rtm.start()
    client = (SocketModeClient if kind == "builtin" else WebsocketClient)("xapp-1", web_client=web)
    client.socket_mode_request_listeners.append(take)
    client.connect()
    Event().wait()


def take(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
    client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
    if request.payload["event"].get("text") == COMMAND:
        client.web_client.chat_postMessage(channel=CHANNEL, text="nothing is live")


if __name__ == "__main__":
    main()
