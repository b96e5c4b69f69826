from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from shippy.backend.docker.errors import LINE_LIMIT, first_line, is_clients_fault, is_silence, reason_of
from shippy.backend.engine.errors import BrokenOff, ConnectTimeOut, EngineError, answered


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ssl.SSLError(6, "The handshake failed"), "no TLS connection (the handshake failed)"),
        (OSError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)), "does not answer (connection refused)"),
        (OSError(errno.ENOENT, os.strerror(errno.ENOENT)), "does not answer (no such file or directory)"),
        (OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)), "does not answer (connection timed out)"),
        (TimeoutError("timed out"), "no answer within 60 s"),
        (ConnectTimeOut("no answer within 5 s"), "no answer within 5 s"),
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be resolved (name or service not known)"),
        (BrokenOff("broke the connection off"), "broke the connection off"),
        (EngineError("first\nsecond"), "first"),
        (answered(500, "the disk is full"), "the disk is full"),
        (answered(502, ""), "its engine answered 502"),
        (EOFError(), "EOFError"),
    ],
)
def test_what_went_wrong_is_told_in_one_line(error: Exception, reason: str) -> None:
    assert reason_of(error, idle_within=60) == reason


def test_only_time_outs_are_silence() -> None:
    assert is_silence(TimeoutError("timed out"))
    assert is_silence(ConnectTimeOut("no answer within 5 s"))
    # The other machine's kernel, or a router on the way, has said so.
    assert not is_silence(OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)))
    assert not is_silence(answered(504, "gateway time-out"))


def test_only_what_the_engine_refuses_is_the_clients_fault() -> None:
    assert [is_clients_fault(answered(status, "")) for status in (400, 404, 409, 500)] == [True, True, True, False]
    assert not is_clients_fault(OSError())
    assert not is_clients_fault(None)


def test_a_long_line_is_shortened() -> None:
    line = first_line("x" * 1000 + "\ny")
    assert len(line) == LINE_LIMIT
    assert line.endswith("x…")
