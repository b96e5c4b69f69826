"""The program that answers one request of the sample app, run without a container."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from playground.machine.packages import BUSYBOX
from playground.sample.branches import APP, BRANCHES, SERVE
from playground.sample.history import Change, edited, tree_of

COMMIT = "c0ffee" * 6 + "c0ff"
PAGE = "<h1>Coffee</h1>"


def answer(request: str, program: Path = APP / SERVE) -> tuple[str, dict[str, str], str]:
    """The status, headers and body that the program answers a request with."""
    finished = subprocess.run(
        [str(BUSYBOX.found()), "sh", str(program)],
        input=request.replace("\n", "\r\n") + "\r\n",
        env={"APP_COMMIT": COMMIT, "PAGE": PAGE, "HOSTNAME": "web-1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    head, _, body = finished.stdout.partition("\n\n")
    status, *headers = head.splitlines()
    return status, dict(header.split(": ", 1) for header in headers), body


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", "200 OK", PAGE),
        ("/?utm=1", "200 OK", PAGE),
        ("/health", "200 OK", "ok"),
        ("/whoami", "200 OK", f'{{"host": "web-1", "version": "{COMMIT}"}}'),
        ("/slow?seconds=0", "200 OK", PAGE),
        ("/slow?seconds=abc", "400 Bad Request", "seconds is a whole number up to 30"),
        ("/slow?seconds=-1", "400 Bad Request", "seconds is a whole number up to 30"),
        ("/nope", "404 Not Found", "not here"),
        ("/*", "404 Not Found", "not here"),
    ],
)
def test_every_answer_has_the_version_and_its_length(path: str, status: str, body: str) -> None:
    told, headers, content = answer(f"GET {path} HTTP/1.1\nHost: a\nCookie: b=c\n")
    assert told == f"HTTP/1.1 {status}"
    assert (headers["X-Version"], headers["Content-Length"], content) == (COMMIT, str(len(body)), body)


def test_head_is_answered_without_a_body() -> None:
    told, headers, content = answer("HEAD / HTTP/1.1\nHost: a\n")
    assert (told, headers["Content-Length"], content) == ("HTTP/1.1 200 OK", str(len(PAGE)), "")


def changed(name: str, folder: Path) -> Path:
    """The program as a branch has it."""
    branch = next(branch for branch in BRANCHES if branch.name == name)
    program = folder / "serve"
    program.write_text(edited(tree_of(APP), Change(branch.author, branch.title, branch.edits))[SERVE].text)
    return program


def test_the_branch_that_never_gets_healthy_answers_503(tmp_path: Path) -> None:
    program = changed("never-healthy", tmp_path)
    assert answer("GET /health HTTP/1.1\n", program)[0] == "HTTP/1.1 503 Service Unavailable"
    assert answer("GET / HTTP/1.1\n", program)[0] == "HTTP/1.1 200 OK"


def test_the_flaky_branch_is_healthy_and_fails_now_and_then(tmp_path: Path) -> None:
    program = changed("flaky", tmp_path)
    assert {answer("GET /health HTTP/1.1\n", program)[0] for _ in range(20)} == {"HTTP/1.1 200 OK"}
    statuses = [answer("GET / HTTP/1.1\n", program)[0] for _ in range(150)]
    failed = sum(status == "HTTP/1.1 500 Internal Server Error" for status in statuses)
    # 20 % of 150 are 30; fewer than 10 or more than 60 come about once in a million runs.
    assert 10 <= failed <= 60
