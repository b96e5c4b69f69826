"""A check over HTTP, from a small server that answers over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from shippy.checks import Subject, run_checks
from shippy.model import CheckResult, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost


class Server:
    """Answers with `status` and `body`; what it was asked is in `asked`. On /silent it never answers."""

    def __init__(self) -> None:
        self.status = "200 OK"
        self.body: object = {"verdict": "passed", "detail": "go ahead"}
        self.asked: list[tuple[str, str | None, dict[str, Any]]] = []
        self.forever = Event()
        self._http = WSGIServer(("127.0.0.1", 0), self._answer, log=None, error_log=None)
        self._http.start()
        self.url = f"http://127.0.0.1:{self._http.address[1]}"

    def stop(self) -> None:
        self.forever.set()
        self._http.stop(timeout=0)

    def _answer(self, environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        given = json.loads(environ["wsgi.input"].read() or b"null")
        self.asked.append((f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}", environ.get("HTTP_X_KEY"), given))
        if environ["PATH_INFO"] == "/silent":
            self.forever.wait()
        status = "200 OK" if environ["PATH_INFO"] == "/elsewhere" else self.status
        start(status, [("Content-Type", "application/json"), ("Location", f"{self.url}/elsewhere")])
        if environ["PATH_INFO"] == "/drip":
            while not self.forever.wait(0.02):
                yield b" "
        yield self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.stop()


def subject(url: str, **settings: Any) -> Subject:
    code = FakeCodeHost()
    code.commit("feature-x")
    code.open_pull(12, "feature-x", "A change")
    return subject_of(code, up_to_date=False, http={"calendar": {"url": url, **settings}})


def answer(server: Server, path: str = "/", **settings: Any) -> CheckResult:
    (found,) = run_checks(subject(f"{server.url}{path}", **settings))
    assert found.name == "calendar"
    return found


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.PENDING, Verdict.FAILED])
def test_the_server_gives_the_verdict_the_sentence_and_the_link(server: Server, verdict: Verdict) -> None:
    server.body = {"verdict": str(verdict), "detail": "no change\nfreeze", "url": "https://c.example.com/1", "more": 1}
    found = answer(server)
    assert (found.verdict, found.detail, found.url) == (verdict, "no change freeze", "https://c.example.com/1")


def test_it_gets_the_deploy_as_json_and_the_headers_of_the_config(server: Server) -> None:
    answer(server, "/look", headers={"X-Key": "hunter2"})
    ((request, key, given),) = server.asked
    assert (request, key) == ("POST /look", "hunter2")
    commit = given["commit"]
    assert given == {
        "app": "web",
        "repository": "acme/web",
        "main": "master",
        "ref": "feature-x",
        "branch": "feature-x",
        "commit": commit,
        "pull": {"number": 12, "title": "A change", "url": given["pull"]["url"], "base": "master"},
        "image": f"registry.example.com/acme/web:{commit}",
        "live_commit": None,
        "deploy": None,
        "person": "dana",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"passed",
        b"\xff\xfe",
        [],
        "passed",
        {},
        {"verdict": None},
        {"verdict": "PASSED"},
        {"verdict": True},
        {"verdict": ["passed"]},
        {"verdict": "unreadable"},
        {"verdict": "passed", "detail": 1},
        b'{"verdict": "passed"}' + b" " * 100_000,
    ],
)
def test_anything_else_is_unreadable(server: Server, body: object) -> None:
    server.body = body
    assert answer(server).verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("status", ["201 Created", "204 No Content", "302 Found", "401 Unauthorized", "503 Busy"])
def test_a_status_that_is_not_200_is_unreadable_and_a_redirect_is_not_followed(server: Server, status: str) -> None:
    server.status = status
    assert answer(server).verdict is Verdict.UNREADABLE
    assert [request for request, _, _ in server.asked] == ["POST /"]


@pytest.mark.parametrize("path", ["/silent", "/drip"])
def test_a_server_that_takes_too_long_is_unreadable_in_time(server: Server, path: str) -> None:
    found = answer(server, path, timeout="200ms")
    assert found.verdict is Verdict.UNREADABLE
    assert found.detail.startswith("127.0.0.1 is not available: ")


def test_a_server_that_is_not_there_is_unreadable_and_no_secret_is_told(server: Server) -> None:
    server.stop()
    found = answer(server, "/?key=hunter2", headers={"X-Key": "hunter2"})
    assert found.verdict is Verdict.UNREADABLE
    assert "hunter2" not in found.detail


def test_a_link_that_is_none_is_left_out(server: Server) -> None:
    server.body = {"verdict": "passed", "url": "javascript:alert(1)"}
    assert answer(server).url is None
