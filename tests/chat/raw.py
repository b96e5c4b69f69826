"""A WebSocket server of bare sockets, which can misbehave in ways that a library would not."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gevent
from gevent.pool import Group

Script = Callable[[socket.socket], None]

ACCEPT_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A


@contextmanager
def serving(*scripts: Script) -> Iterator[str]:
    """The address of a server that follows one script for each connection in turn, and the last for all after it."""
    remaining = list(scripts)
    clients = Group()

    def shake_hands_and_follow(client: socket.socket) -> None:
        script = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        with client:
            if shake_hands(client):
                script(client)

    def accept() -> None:
        while True:
            clients.spawn(shake_hands_and_follow, listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = gevent.spawn(accept)
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            accepting.kill()
            clients.kill()


def shake_hands(client: socket.socket) -> bool:
    """Whether the client has stayed for it."""
    request = b""
    while b"\r\n\r\n" not in request:
        part = client.recv(4096)
        if not part:
            return False
        request += part
    headers = dict(line.split(b": ", 1) for line in request.split(b"\r\n")[1:] if line)
    key = next(value for name, value in headers.items() if name.lower() == b"sec-websocket-key")
    accept = base64.b64encode(hashlib.sha1(key + ACCEPT_GUID, usedforsecurity=False).digest())
    client.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept
        + b"\r\n\r\n"
    )
    return True


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    if len(payload) < 126:
        return bytes([opcode, len(payload)]) + payload
    return bytes([opcode, 126]) + struct.pack("!H", len(payload)) + payload


def received(client: socket.socket) -> tuple[int, bytes]:
    """The opcode and payload of the next frame of a client; both are empty at the end of the stream."""
    head = _exactly(client, 2)
    if not head:
        return 0, b""
    length = head[1] & 0x7F
    if length == 126:
        length = int(struct.unpack("!H", _exactly(client, 2))[0])
    mask = _exactly(client, 4)
    masked = _exactly(client, length)
    return head[0], bytes(byte ^ mask[i % 4] for i, byte in enumerate(masked))


def say(*texts: str) -> Script:
    """Send these frames, then end the connection without a close frame."""
    return lambda client: client.sendall(b"".join(frame(text.encode()) for text in texts))


def then(*scripts: Script) -> Script:
    def follow(client: socket.socket) -> None:
        for script in scripts:
            script(client)

    return follow


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_frame(client: socket.socket) -> None:
    client.sendall(bytes([CLOSE, 2]) + struct.pack("!H", 1001))
    received(client)


def stay_silent(_client: socket.socket) -> None:
    """Read nothing and send nothing, as a peer whose network has gone."""
    gevent.sleep(60)


def answer_pings(client: socket.socket) -> None:
    """Be there until the client leaves."""
    while (opened := received(client))[0] not in {0, CLOSE}:
        client.sendall(frame(opened[1], PONG))


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = client.recv(count - len(data))
        if not part:
            return b""
        data += part
    return data
