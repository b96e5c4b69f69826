from __future__ import annotations

import errno
import os
import socket
import ssl
from http.client import RemoteDisconnected

import pytest
from docker.errors import DockerException, TLSParameterError
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import ProtocolError, SSLError

from shippy.backend.docker_errors import LINE_LIMIT, first_line, reason_of


def wrapped(error: Exception) -> Exception:
    """As docker-py has it: an error of its own, with a long text, around what happened."""
    outer = DockerException(f"Error while fetching: HTTPConnectionPool({error!r})")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SSLError(ssl.SSLError(6, "The handshake failed")), "no TLS connection (the handshake failed)"),
        (OSError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)), "does not answer (connection refused)"),
        (OSError(errno.ENOENT, os.strerror(errno.ENOENT)), "does not answer (no such file or directory)"),
        (OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)), "does not answer (connection timed out)"),
        (TimeoutError("timed out"), "no answer within 60 s"),
        (ConnectTimeout("HTTPConnectionPool"), "no answer within 5 s"),
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be resolved (name or service not known)"),
        (TLSParameterError("Path to a key must be provided"), "Path to a key must be provided"),
        (ProtocolError("Connection aborted.", RemoteDisconnected("closed")), "broke the connection off"),
        (ProtocolError("Connection broken: InvalidChunkLength"), "broke the connection off"),
    ],
)
def test_the_innermost_error_is_told_in_one_line(error: Exception, reason: str) -> None:
    assert reason_of(wrapped(error), connect_within=5, idle_within=60) == reason


def test_an_error_of_no_known_kind_is_told_in_its_own_first_line() -> None:
    assert reason_of(DockerException("first\nsecond"), connect_within=5, idle_within=60) == "first"
    assert reason_of(EOFError(), connect_within=5, idle_within=60) == "EOFError"


def test_a_long_line_is_shortened() -> None:
    line = first_line("x" * 1000 + "\ny")
    assert len(line) == LINE_LIMIT
    assert line.endswith("x…")
