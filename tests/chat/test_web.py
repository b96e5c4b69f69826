"""A call goes over a kept connection where there is one, and no connection that was left half done is used again."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from select import POLLIN
from urllib.parse import urlsplit

import gevent
import pytest
import trustme
from gevent import monkey
from gevent.event import Event as Flag
from gevent.pool import Group

from shippy.chat.connections import Connections
from shippy.chat.slack import SlackApi
from shippy.errors import Unavailable

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
Serve = Callable[[socket.socket], None]


@contextmanager
def serving(serve: Serve) -> Iterator[tuple[str, list[socket.socket]]]:
    """The address of a server, and the connections that it was given."""
    accepted: list[socket.socket] = []
    clients = Group()

    def accept() -> None:
        while True:
            client, _ = listener.accept()
            accepted.append(client)
            clients.spawn(serve, client)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = gevent.spawn(accept)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/", accepted
        finally:
            accepting.kill()
            clients.kill()
            for client in accepted:
                client.close()


def answer_each(client: socket.socket) -> None:
    while client.recv(65536):
        client.sendall(OK)


def api_at(url: str, seconds: float = 2.0) -> SlackApi:
    return SlackApi("xoxb-1", url, seconds)


def called(api: SlackApi) -> object:
    return api.call("api.test", a="b c")["ok"]


def test_calls_one_after_another_share_a_connection() -> None:
    with serving(answer_each) as (url, accepted):
        api = api_at(url)
        assert [called(api) for _ in range(5)] == [True] * 5
        assert len(accepted) == 1
        api.close()


def test_calls_at_the_same_time_have_a_connection_each() -> None:
    with serving(answer_each) as (url, accepted):
        api = api_at(url)
        calls = [gevent.spawn(called, api) for _ in range(8)]
        assert [call.get(timeout=5) for call in calls] == [True] * 8
        assert len(accepted) == 8
        assert [called(api) for _ in range(4)] == [True] * 4
        assert len(accepted) == 8
        api.close()


def test_a_kept_connection_that_the_server_has_ended_is_replaced() -> None:
    def answer_once(client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(OK)
        client.close()

    with serving(answer_once) as (url, accepted):
        api = api_at(url)
        assert [called(api) for _ in range(3)] == [True] * 3
        assert len(accepted) == 3


def test_a_kept_connection_that_was_idle_for_a_minute_is_replaced_for_it_may_be_forgotten_on_the_way() -> None:
    with serving(answer_each) as (url, accepted):
        clock = [0.0]
        connections = Connections(urlsplit(url), 2.0, lambda: clock[0])
        for clock[0] in (0.0, 59.0, 117.0, 177.0):
            assert connections.post("/api/api.test", connections.head({}), b"").status == HTTPStatus.OK
        assert len(accepted) == 2
        connections.close()


def test_where_a_kept_connection_has_fallen_silent_the_next_call_has_a_new_one() -> None:
    silent: list[socket.socket] = []

    def answer_until_silent(client: socket.socket) -> None:
        while client.recv(65536):
            if client not in silent:
                client.sendall(OK)

    with serving(answer_until_silent) as (url, accepted):
        api = api_at(url, 0.2)
        calls = [gevent.spawn(called, api) for _ in range(4)]
        assert [call.get(timeout=5) for call in calls] == [True] * 4
        silent.extend(accepted)
        with pytest.raises(Unavailable, match="no answer within"):
            called(api)
        assert called(api)
        api.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", b"nonsense\r\n\r\n"])
def test_a_call_that_a_new_connection_does_not_answer_whole_is_not_made_twice(answer: bytes) -> None:
    def answer_badly(client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(answer)
        client.close()

    with serving(answer_badly) as (url, accepted):
        api = api_at(url)
        with pytest.raises(Unavailable):
            called(api)
        assert len(accepted) == 1


def test_a_call_that_breaks_off_in_its_answer_on_a_kept_connection_is_not_made_twice() -> None:
    def answer_worse_and_worse(client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(OK)
        client.recv(65536)
        client.sendall(OK[:-1])
        client.close()

    with serving(answer_worse_and_worse) as (url, accepted):
        api = api_at(url)
        assert called(api)
        with pytest.raises(Unavailable):
            called(api)
        assert len(accepted) == 1


def test_a_call_over_a_kept_connection_has_left_before_others_have_their_turn() -> None:
    def look() -> bool:
        watch = monkey.get_original("select", "poll")()
        watch.register(accepted[0], POLLIN)
        return bool(watch.poll(0))

    with serving(answer_each) as (url, accepted):
        api = api_at(url)
        assert called(api)
        looking = gevent.spawn(look)
        assert called(api)
        assert looking.get() is True
        assert len(accepted) == 1
        api.close()


def test_a_call_that_was_stopped_leaves_no_connection() -> None:
    ended = Flag()

    def say_nothing(client: socket.socket) -> None:
        while client.recv(65536):
            pass
        ended.set()

    with serving(say_nothing) as (url, accepted):
        calling = gevent.spawn(called, api_at(url, 5.0))
        while not accepted:
            gevent.sleep(0.01)
        calling.kill()
        assert ended.wait(2)


def test_calls_over_tls_share_a_connection_and_go_to_nobody_whose_certificate_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    def answer_securely(client: socket.socket) -> None:
        # Whoever does not trust the certificate ends the handshake.
        with suppress(ssl.SSLError), context.wrap_socket(client, server_side=True) as secure:
            answer_each(secure)

    with serving(answer_securely) as (plain, accepted):
        url = plain.replace("http:", "https:")
        with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
            called(api_at(url))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        api = api_at(url)
        assert [called(api) for _ in range(3)] == [True] * 3
        assert len(accepted) == 2
        api.close()


def first_lines(monkeypatch: pytest.MonkeyPatch, url: str, variable: str, credentials: str = "") -> list[str]:
    """What a proxy that the environment names is asked with."""
    asked: list[str] = []

    def listen(client: socket.socket) -> None:
        asked.extend(client.recv(65536).decode().split("\r\n\r\n")[0].split("\r\n"))
        client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

    with serving(listen) as (proxy, _):
        monkeypatch.setenv(variable, proxy.replace("//", f"//{credentials}"))
        api = api_at(url)
        with pytest.raises(Unavailable, match="502"):
            called(api)
        api.close()
    return asked


def test_the_environments_proxy_is_asked_for_a_tunnel_to_a_server_with_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = first_lines(monkeypatch, "https://slack.example.com/api/", "https_proxy", "us:p%40ss@")
    assert asked[0].startswith("CONNECT slack.example.com:443 ")
    assert "proxy-authorization: basic dxm6cebzcw==" in [line.lower() for line in asked]


def test_the_environments_proxy_is_given_the_whole_address_of_a_server_without(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = first_lines(monkeypatch, "http://slack.example.com/api/", "http_proxy", "us:p%40ss@")
    assert asked[0] == "POST http://slack.example.com/api/api.test HTTP/1.1"
    assert "proxy-authorization: basic dxm6cebzcw==" in [line.lower() for line in asked]


def test_who_needs_no_proxy_is_spoken_to_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(answer_each) as (url, _):
        api = api_at(url)
        assert called(api)
        api.close()
