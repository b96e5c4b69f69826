"""A Slack as bare as can be: it answers what bots ask for, takes their WebSockets, and knows when it was answered."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Mapping
from email.utils import formatdate
from queue import Queue
from typing import Any

from benchmarks.chat.events import BOT, CHANNEL

ACCEPT_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PERSON = {"id": "U0DANA0001", "team_id": "T0ACME0001", "name": "dana", "profile": {"display_name": "dana"}}


class Slack:
    """`sockets` are the WebSockets that bots have opened; `answered` is when each message of theirs came."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.api_url = f"http://{self.address}/api/"
        self.sockets: Queue[socket.socket] = Queue()
        self.answered: Queue[float] = Queue()
        self._answers = self._ready_answers()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Answer one request after the other, until one of them opens a WebSocket."""
        waiting = b""
        while True:
            try:
                head, waiting = _request(client, waiting)
                if not head:
                    return client.close()
                if b"upgrade: websocket" in head.lower():
                    client.sendall(_switched(head))
                    return self.sockets.put(client)
                self._answer(client, head)
            except OSError:
                return client.close()

    def _answer(self, client: socket.socket, head: bytes) -> None:
        method = head.split(b" ", 2)[1].partition(b"?")[0].rpartition(b"/")[2].decode()
        if method == "chat.postMessage":
            self.answered.put(time.perf_counter())
        client.sendall(self._answers.get(method, self._answers["everything else"]))

    def _ready_answers(self) -> Mapping[str, bytes]:
        opened = {"url": f"ws://{self.address}/link/?ticket=1"}
        us = {"user_id": BOT, "user": "shippy", "team_id": "T0ACME0001", "team": "acme", "bot_id": "B1"}
        team = {"id": "T0ACME0001", "name": "acme", "domain": "acme"}
        contents: Mapping[str, Mapping[str, Any]] = {
            "everything else": {},
            "apps.connections.open": opened,
            "rtm.connect": opened | {"self": {"id": BOT, "name": "shippy"}, "team": team},
            "auth.test": us | {"url": f"http://{self.address}/"},
            "conversations.list": {"channels": [{"id": CHANNEL, "name": "deploys"}]},
            "conversations.history": {"messages": [], "has_more": False},
            "users.info": {"user": PERSON},
            "chat.postMessage": {"channel": CHANNEL, "ts": "4000000000.000001"},
        }
        return {method: _response({"ok": True, **content}) for method, content in contents.items()}


def _response(content: Mapping[str, Any]) -> bytes:
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Date: {formatdate(usegmt=True)}\r\n\r\n".encode() + body


def _request(client: socket.socket, waiting: bytes) -> tuple[bytes, bytes]:
    """The head of the next request once its body is there too, and what came behind it; empty at the end."""
    while b"\r\n\r\n" not in waiting:
        part = client.recv(65_536)
        if not part:
            return b"", b""
        waiting += part
    head, _, rest = waiting.partition(b"\r\n\r\n")
    length = int(_header(head, b"content-length") or b"0")
    while len(rest) < length:
        part = client.recv(65_536)
        if not part:
            return b"", b""
        rest += part
    return head, rest[length:]


def _header(head: bytes, name: bytes) -> bytes:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return next((value.strip() for key, _, value in lines if key.lower() == name), b"")


def _switched(head: bytes) -> bytes:
    key = _header(head, b"sec-websocket-key")
    accept = base64.b64encode(hashlib.sha1(key + ACCEPT_GUID, usedforsecurity=False).digest())
    upgrade = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return upgrade + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
