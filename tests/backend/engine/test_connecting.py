"""The ways to an engine, and what is left of one that somebody gave up."""

from __future__ import annotations

import socket

import gevent

from shippy.backend.engine.certificates import Certificates
from shippy.backend.engine.connecting import way_to
from tests.backend.engine.conftest import Files

CLIENT_HELLO = 22
"""The type of a TLS record that a handshake is made of (RFC 8446, section 5.1)."""


def test_who_is_killed_in_the_handshake_leaves_no_connection(files: Files) -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        way = way_to(f"tcp://127.0.0.1:{engine.getsockname()[1]}", files, Certificates())
        connecting = gevent.spawn(way.connect, 10)
        link, _ = engine.accept()
        with link:
            link.settimeout(5)
            assert link.recv(65536)[0] == CLIENT_HELLO
            connecting.kill(timeout=5)
            assert link.recv(65536) == b""
