"""The way to GitHub: over TLS of its own, through a proxy or past it, and with what it has answered before."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import trustme
from gevent.pywsgi import WSGIServer
from gevent.server import StreamServer
from gevent.socket import socket
from pydantic import SecretStr

from playground.github.client import Hub
from shippy.config.github import GitHub
from shippy.errors import Unavailable
from shippy.github import GitHubRepository, connect
from tests.github.scripted import Reply, ScriptedServer, scripted_server
from tests.github.served import Served

NUMBERS = count(1)
COMMIT = "a" * 40
COMPARED = {
    "ahead_by": 1,
    "behind_by": 0,
    "html_url": "https://github.example.com/compare",
    "commits": [],
    "base_commit": {"sha": COMMIT},
}
COMPARE = f"GET /api/v3/repos/acme/web/compare/master...{COMMIT}?page=1&per_page=250"

LIMITS = {"X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "29", "X-RateLimit-Reset": "1893456000"}


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def repository(url: str, **settings: Any) -> Iterator[GitHubRepository]:
    github = GitHub(api_url=f"{url}/api/v3", token=SecretStr("t0ken"), **settings)
    with closing(connect(github, 5)) as client:
        yield GitHubRepository(client, "acme/web")


@contextmanager
def enterprise(authority: trustme.CA) -> Iterator[tuple[ScriptedServer, str]]:
    """A GitHub with a certificate of its own authority's, and its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    script = ScriptedServer()
    server = WSGIServer(("127.0.0.1", 0), script, log=None, error_log=None, ssl_context=context)
    server.start()
    try:
        yield script, f"https://127.0.0.1:{server.server_port}"
    finally:
        server.stop(timeout=1)


def test_an_enterprise_is_known_by_the_configs_own_authority(authority: trustme.CA, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with enterprise(authority) as (script, url), repository(url, ca=tmp_path / "ca.pem") as code:
        script.replies = [Reply(content=COMPARED)]
        assert code.compare("master", COMMIT).ahead_by == 1
    assert script.asked == [COMPARE]


def test_an_authority_that_nobody_has_named_is_not_trusted(authority: trustme.CA) -> None:
    with (
        enterprise(authority) as (script, url),
        repository(url) as code,
        pytest.raises(Unavailable, match="its certificate is not accepted"),
    ):
        code.compare("master", COMMIT)
    assert script.asked == []


def test_a_file_of_authorities_that_is_not_there_is_named(authority: trustme.CA, tmp_path: Path) -> None:
    missing = tmp_path / "ca.pem"
    with (
        enterprise(authority) as (_, url),
        repository(url, ca=missing) as code,
        pytest.raises(Unavailable, match=str(missing)),
    ):
        code.compare("master", COMMIT)


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that refuses everything, its address, and what it was asked for."""
    asked: list[str] = []

    def refuse(peer: socket, _: object) -> None:
        with peer:
            asked.append(peer.recv(65536).decode().partition("\r\n")[0])
            peer.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    server = StreamServer(("127.0.0.1", 0), refuse)
    server.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.stop(timeout=1)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_configs_proxy_is_the_way(proxy: tuple[str, list[str]], scheme: str) -> None:
    url, asked = proxy
    with repository(f"{scheme}://github.invalid", proxy=url) as code, pytest.raises(Unavailable) as failed:
        code.compare("master", COMMIT)
    wanted = {"http": "GET http://github.invalid:80/api/v3", "https": "CONNECT github.invalid:443 "}
    assert asked
    assert all(line.startswith(wanted[scheme]) for line in asked)
    assert failed.value.why in {"no reason given (403)", "the proxy does not let it through"}


def test_the_environments_proxy_counts_unless_the_config_has_another(
    proxy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = proxy
    monkeypatch.setenv("http_proxy", url)
    monkeypatch.setenv("no_proxy", "")
    with repository("http://github.invalid") as code, pytest.raises(Unavailable):
        code.compare("master", COMMIT)
    assert asked
    asked.clear()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with repository("http://github.invalid", proxy=url) as code, pytest.raises(Unavailable):
        code.compare("master", COMMIT)
    assert asked


def test_direct_is_past_every_proxy(proxy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    url, asked = proxy
    monkeypatch.setenv("http_proxy", url)
    monkeypatch.setenv("no_proxy", "")
    with scripted_server() as script, repository(script.url, proxy="direct") as code:
        script.replies = [Reply(content=COMPARED)]
        assert code.compare("master", COMMIT).ahead_by == 1
    assert asked == []


def test_a_proxy_where_nobody_listens_is_told_apart_from_github() -> None:
    with repository("https://github.invalid", proxy="http://127.0.0.1:9") as code, pytest.raises(Unavailable) as failed:
        code.compare("master", COMMIT)
    assert failed.value.why == "the proxy does not let it through"


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository(f"web-{next(NUMBERS)}")
    yield hub
    hub.set_budget()


def test_what_has_not_changed_costs_nothing_of_the_budget(served: Served, hub: Hub) -> None:
    hub.push_file("feature-x", "a.txt", "a", "Add a")
    with closing(served.connect()) as client:
        code = GitHubRepository(client, hub.full_name)
        first = code.resolve("feature-x"), code.compare("master", "feature-x")
        hub.set_budget(limit=100, used=0)
        for _ in range(20):
            assert (code.resolve("feature-x"), code.compare("master", "feature-x")) == first
        _, limits = client.requester.requestJsonAndCheck("GET", "/rate_limit")
    assert limits["resources"]["core"]["used"] == 0


def test_the_budget_is_known_from_the_last_answer_and_not_from_a_searchs(served: Served, hub: Hub) -> None:
    with closing(served.connect()) as client:
        code = GitHubRepository(client, hub.full_name)
        assert code.budget is None
        hub.set_budget(limit=5000, used=4000)
        code.resolve("master")
        assert code.budget is not None
        assert (code.budget.limit, 0 < code.budget.remaining < 1000) == (5000, True)
    with scripted_server() as script, repository(script.url) as code:
        script.replies = [Reply(content={"items": []}, headers={**LIMITS, "X-RateLimit-Resource": "search"})]
        assert code.login_of("dana@example.com") is None
        assert code.budget is None


def test_what_has_changed_is_told_at_once(served: Served, hub: Hub) -> None:
    """GitHub lets an answer be shown for a minute unasked; a verdict on a deploy must not be a minute old."""
    hub.push_file("feature-x", "a.txt", "a", "Add a")
    with closing(served.connect()) as client:
        code = GitHubRepository(client, hub.full_name)
        before = code.resolve("feature-x")
        head = hub.push_file("feature-x", "a.txt", "b", "Change a")
        assert before.commit != head
        assert code.resolve("feature-x").commit == head


def test_a_list_of_several_pages_is_whole_when_nothing_has_changed(served: Served, hub: Hub) -> None:
    head = hub.head("master")
    for number in range(101):
        hub.set_status(head, f"check-{number}", "success")
    with closing(served.connect()) as client:
        code = GitHubRepository(client, hub.full_name)
        assert len(code.statuses(head)) == 101
        assert len(code.statuses(head)) == 101
        hub.set_status(head, "check-100", "failure")
        assert code.statuses(head)["check-100"].state == "failure"
