"""The floor: requests that are bytes already, and answers of which nothing is read but the container's id."""

from __future__ import annotations

import socket
from contextlib import closing

from benchmarks.clients.tls import shared
from benchmarks.clients.work import BODY, CREATE, PULL, SECONDS, Target, look, start

ID_BEGINS, ID_DIGITS = b'"Id":"', 64


def prepare(target: Target) -> None:
    link = socket.socket()
    link.settimeout(SECONDS)
    link.connect((target.address, target.port))
    if target.tls:
        link = shared(target).wrap_socket(link, server_hostname=target.address)
    with closing(link):
        ask(link, request("POST", PULL), b"0\r\n\r\n")
        created = ask(link, request("POST", CREATE, BODY), b"}")
        begin = created.index(ID_BEGINS) + len(ID_BEGINS)
        container = created[begin : begin + ID_DIGITS].decode()
        ask(link, request("POST", start(container)), b"\r\n\r\n")
        ask(link, request("GET", look(container)), b"}}")


def request(method: str, target: str, body: bytes = b"") -> bytes:
    head = f"{method} {target} HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def ask(link: socket.socket, asked: bytes, end: bytes) -> bytes:
    link.sendall(asked)
    answer = b""
    while not answer.endswith(end):
        answer += link.recv(65536)
    return answer
