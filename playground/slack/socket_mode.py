"""Socket Mode: the app's connections, and what Slack sends over them.

https://docs.slack.dev/apis/events-api/using-socket-mode gives the messages; at most ten connections an app.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable

from playground.slack.envelopes import EVENTS_API, Envelope, Envelopes
from playground.slack.events import Events
from playground.slack.model import Happening, Json
from playground.slack.seed import Seed
from playground.slack.settings import MOST_SOCKETS, Faults, Settings
from playground.slack.sockets import Socket

_DEBUG = {"host": "applink-playground", "build_number": 1}


class SocketMode:
    """The open connections, newest last. Each event goes to one of them."""

    def __init__(
        self, seed: Seed, events: Events, settings: Settings, faults: Faults, changed: Callable[[], None]
    ) -> None:
        self.sockets: list[Socket] = []
        self.envelopes = Envelopes()
        self._seed = seed
        self._events = events
        self._settings = settings
        self._faults = faults
        self._changed = changed
        self._event_numbers = itertools.count(1)

    def opened(self, socket: Socket) -> None:
        """Greets a connection, or turns it away where there are too many."""
        if len(self.sockets) >= MOST_SOCKETS or self._faults.take("too_many"):
            socket.send({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _DEBUG})
            socket.close()
            return
        self.sockets.append(socket)
        socket.send(
            {
                "type": "hello",
                "num_connections": len(self.sockets),
                "debug_info": _DEBUG | {"approximate_connection_time": 18060},
                "connection_info": {"app_id": self._seed.app.id},
            }
        )
        self._changed()

    def closed(self, socket: Socket) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
            self._changed()

    def received(self, socket: Socket, message: Json) -> None:
        if socket in self.sockets and "envelope_id" in message:
            self.envelopes.acknowledge(message)

    def happened(self, happening: Happening) -> None:
        events = self._events.of(happening)
        mention = self._events.mention(happening) if events else None
        for event in [*events, mention] if mention else events:
            waits = (*self._settings.redelivery, self._settings.answer_seconds)
            self.envelopes.deliver(Envelope(EVENTS_API, self._callback(event), waits), self.sockets)

    def interact(
        self, kind: str, payload: Json, on_answer: Callable[[Json], None], on_failure: Callable[[], None]
    ) -> None:
        """Sends a click or a slash command: once, as a person waits for it."""
        if not self.sockets:
            on_failure()
            return
        waits = (self._settings.answer_seconds,)
        envelope = Envelope(kind, payload, waits, accepts_response=True, on_answer=on_answer, on_failure=on_failure)
        self.envelopes.deliver(envelope, self.sockets)

    def warn(self, reason: str) -> None:
        """Tells every connection that it is about to be closed: reason "warning" or "refresh_requested"."""
        for socket in self.sockets:
            socket.send({"type": "disconnect", "reason": reason, "debug_info": _DEBUG})

    def _callback(self, event: Json) -> Json:
        team = self._seed.directory.team.id
        return {
            "token": secrets.token_hex(12),
            "team_id": team,
            "api_app_id": self._seed.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self._event_numbers):09d}",
            "event_time": int(time.time()),
            "authorizations": [
                {"enterprise_id": None, "team_id": team, "user_id": self._seed.app.bot_user, "is_bot": True}
            ],
            "is_ext_shared_channel": False,
        }
