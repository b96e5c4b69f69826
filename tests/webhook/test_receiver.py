"""Which calls are GitHub's, and what follows from them."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import closing

import gevent
import pytest
from pydantic import SecretStr

from shippy.config.listening import Webhook
from shippy.errors import Unavailable
from shippy.serving import CONNECTIONS
from shippy.webhook import GitHubCalls
from shippy.webhook.receiver import EVENTS, MOST_BYTES
from tests.webhook.calls import LONG, about, call, signature

WEB = about("acme/web")


def settings(listen: str = "127.0.0.1:0") -> Webhook:
    # The config wants a port that can be told; here the system chooses one.
    return Webhook.model_construct(listen=listen, secret=SecretStr(LONG))


class Listening:
    """A webhook that listens; `woken` are the repositories of which it was called."""

    def __init__(self) -> None:
        self.woken: list[str] = []
        self.calls = GitHubCalls(settings(), self.woken.append)
        self.port = self.calls.start()


@pytest.fixture
def webhook() -> Iterator[Listening]:
    listening = Listening()
    yield listening
    listening.calls.stop(1.0)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_what_changes_a_build_a_branch_or_a_pull_request_is_a_reason_to_look(webhook: Listening, event: str) -> None:
    assert call(webhook.port, WEB, event) == (200, "thank you")
    assert webhook.woken == ["acme/web"]


def test_a_ping_is_answered_and_is_no_reason_to_look(webhook: Listening) -> None:
    assert call(webhook.port, b'{"zen": "Keep it logically awesome."}', "ping") == (200, "pong")
    assert call(webhook.port, WEB, "issues") == (200, "nothing to look at")
    assert webhook.woken == []


@pytest.mark.parametrize(
    "given",
    [
        "",
        "sha256=",
        f"sha256={'0' * 64}",
        signature(WEB, "another secret of as many characters"),
        signature(WEB).upper(),
        signature(WEB).removeprefix("sha256="),
        signature(WEB + b" "),
        "größer",
    ],
)
def test_what_is_not_signed_with_the_secret_is_not_read(webhook: Listening, given: str) -> None:
    headers = {"X_Hub_Signature_256": given}
    assert call(webhook.port, WEB, **headers)[0] == 401
    assert call(webhook.port, b"[" * 100_000, **headers)[0] == 401
    assert webhook.woken == []


def test_many_calls_without_a_signature_are_one_line_in_the_log(
    webhook: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            call(webhook.port, WEB, X_Hub_Signature_256="sha256=0")
    assert len(caplog.records) == 1
    assert LONG not in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"payload=%7B%7D", 415),
        (b"", 415),
        (b"[" * 100_000, 415),
        (b"[]", 400),
        (b'{"repository": null}', 400),
        (b'{"repository": {"full_name": 7}}', 400),
    ],
)
def test_what_is_no_event_of_a_repository_is_refused_though_it_is_signed(
    webhook: Listening, body: bytes, status: int
) -> None:
    assert call(webhook.port, body)[0] == status
    assert webhook.woken == []


def test_only_a_post_of_a_length_that_is_told_is_read(webhook: Listening) -> None:
    assert call(webhook.port, b"", method="GET")[0] == 405
    with closing(socket.create_connection(("127.0.0.1", webhook.port), 5)) as chunked:
        chunked.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert b" 411 " in chunked.recv(200)


def test_what_is_too_long_is_refused_before_it_is_sent(webhook: Listening) -> None:
    with closing(socket.create_connection(("127.0.0.1", webhook.port), 5)) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {MOST_BYTES + 1}\r\n\r\n".encode())
        assert b" 413 " in connection.recv(200)


def test_what_breaks_off_is_refused_in_silence(webhook: Listening, caplog: pytest.LogCaptureFixture) -> None:
    with closing(socket.create_connection(("127.0.0.1", webhook.port), 5)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        assert b" 400 " in connection.recv(200)
    assert (webhook.woken, caplog.records) == ([], [])


def test_as_many_as_are_served_at_once_cannot_keep_github_out_by_saying_nothing(webhook: Listening) -> None:
    silent = [socket.create_connection(("127.0.0.1", webhook.port), 5) for _ in range(CONNECTIONS - 1)]
    try:
        assert call(webhook.port, WEB)[0] == 200
    finally:
        for each in silent:
            each.close()
        gevent.sleep(0)


def test_a_port_that_somebody_has_is_told() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unavailable, match="the webhook"):
            GitHubCalls(settings(where), lambda _: None).start()
