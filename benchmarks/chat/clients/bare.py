"""The least that any program could do: a socket, no parsing, one write for all that was read at once.

`python -m benchmarks.chat.clients.bare TRANSPORT API_URL`. It takes frames that are not in fragments, masks with zeros
and believes its server everything.
"""

# ruff: noqa: E402 - gevent patches before anything else is imported
from gevent import monkey

monkey.patch_all()

import json
import socket
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks.chat.events import CHANNEL, COMMAND

CHUNK = 2**18
NAME = COMMAND.split()[0].encode()
KEY = b'"envelope_id":"'
PING, LONG = 0x89, 126


def main() -> None:
    transport, api_url = sys.argv[1:]
    api = HTTPConnection(urlsplit(api_url).netloc)
    method = "rtm.connect" if transport == "rtm" else "apps.connections.open"
    url = urlsplit(json.loads(asked(api, method, b""))["url"])
    with socket.create_connection((url.hostname or "", url.port or 80)) as server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upgrade = f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        server.sendall(
            f"{upgrade}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        waiting = b""
        while b"\r\n\r\n" not in waiting:
            waiting += server.recv(CHUNK)
        listen(server, api, waiting.partition(b"\r\n\r\n")[2], transport != "rtm")


def listen(server: socket.socket, api: HTTPConnection, waiting: bytes, acknowledging: bool) -> None:
    answer = json.dumps({"channel": CHANNEL, "text": "nothing is live"}).encode()
    while data := server.recv(CHUNK):
        frames, waiting = taken(waiting + data)
        out = []
        for opening, payload in frames:
            if opening == PING:
                out.append(b"\x8a\x80\0\0\0\0")
            elif acknowledging and (at := payload.find(KEY, 0, 40)) >= 0:
                start = at + len(KEY)
                acknowledgement = b'{"envelope_id":"%b"}' % payload[start : payload.index(b'"', start)]
                out.append(b"\x81%c\0\0\0\0%b" % (0x80 | len(acknowledgement), acknowledgement))
        server.sendall(b"".join(out))
        for _, payload in frames:
            if NAME in payload:
                asked(api, "chat.postMessage", answer)


def taken(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The frames that are whole, as their first byte and their payload, and what is left."""
    frames, at = [], 0
    while len(data) >= at + 2:
        start, length = at + 2, data[at + 1]
        if length == LONG:
            start, length = at + 4, int.from_bytes(data[at + 2 : at + 4])
        if len(data) < start + length:
            break
        frames.append((data[at], data[start : start + length]))
        at = start + length
    return frames, data[at:]


def asked(api: HTTPConnection, method: str, body: bytes) -> bytes:
    api.request("POST", f"/api/{method}", body, {"Content-Type": "application/json"})
    return api.getresponse().read()


if __name__ == "__main__":
    main()
