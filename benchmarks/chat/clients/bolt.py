"""slack_bolt, under gevent: `python -m benchmarks.chat.clients.bolt API_URL`."""

# ruff: noqa: E402 - gevent patches before anything else is imported
from gevent import monkey

monkey.patch_all()

import logging
import sys
from typing import Any

from slack_bolt import App  # type: ignore[import-not-found] # installed by the benchmark, for itself alone
from slack_bolt.adapter.socket_mode import SocketModeHandler  # type: ignore[import-not-found] # the same
from slack_sdk import WebClient

from benchmarks.chat.events import COMMAND


def main() -> None:
    logging.disable(logging.CRITICAL)
    app = App(client=WebClient("xoxb-1", base_url=sys.argv[1]))

    def heard(event: dict[str, Any], say: Any) -> None:
        if event.get("text") == COMMAND:
            say("nothing is live")

    app.event("message")(heard)
    app.event("reaction_added")(heard)
    SocketModeHandler(app, "xapp-1", web_client=app.client).start()


if __name__ == "__main__":
    main()
