"""The Real Time Messaging API: events as plain JSON over a WebSocket, and messages back the same way."""

from __future__ import annotations

from collections.abc import Callable

from playground.slack.errors import Refused
from playground.slack.events import Events
from playground.slack.history import History
from playground.slack.model import Happening, Json
from playground.slack.sockets import Socket


class Rtm:
    """The open RTM connections of the bot user."""

    def __init__(self, history: History, events: Events, bot_user: str, changed: Callable[[], None]) -> None:
        self.sockets: list[Socket] = []
        self._history = history
        self._events = events
        self._bot_user = bot_user
        self._changed = changed
        self._speaking: Socket | None = None

    def opened(self, socket: Socket) -> None:
        self.sockets.append(socket)
        socket.send({"type": "hello", "fast_reconnect": False, "region": "playground", "host_id": "playground"})
        self._changed()

    def closed(self, socket: Socket) -> None:
        self.sockets.remove(socket)
        self._changed()

    def happened(self, happening: Happening) -> None:
        """Tells every connection, but not the one that sent the message itself: that gets a reply instead."""
        for event in self._events.of(happening):
            for socket in self.sockets:
                if socket is not self._speaking:
                    socket.send(event)

    def received(self, socket: Socket, message: Json) -> None:
        kind = message.get("type")
        if kind == "ping":
            socket.send({**message, "type": "pong", "reply_to": message.get("id")})
        elif kind == "message":
            socket.send({"reply_to": message.get("id"), **self._post(socket, message)})
        elif kind != "typing":
            socket.send(_failure(message, "unknown message type"))

    def warn(self) -> None:
        """Slack's notice that it is about to close."""
        for socket in self.sockets:
            socket.send({"type": "goodbye"})

    def _post(self, socket: Socket, message: Json) -> Json:
        self._speaking = socket
        try:
            posted = self._history.post(
                str(message.get("channel")),
                self._bot_user,
                str(message.get("text") or ""),
                thread_ts=message.get("thread_ts"),
            )
        except Refused as refusal:
            return _failure(message, refusal.code)
        finally:
            self._speaking = None
        return {"ok": True, "ts": posted.ts, "text": posted.text}


def _failure(message: Json, words: str) -> Json:
    return {"ok": False, "reply_to": message.get("id"), "error": {"code": 2, "msg": words}}
