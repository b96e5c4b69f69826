"""Tokens, budgets, ETags, the log of calls, and faults that are switched on."""

from __future__ import annotations

import time

import pytest
import requests
from github import Auth, BadCredentialsException, Github, GithubException, RateLimitExceededException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from playground.machine.server import Server


def test_a_wrong_token_is_told_so(server: Server, hub: Hub) -> None:
    auth = Auth.Token("wrong")
    with (
        Github(base_url=str(server.info["api_url"]), auth=auth, retry=None) as stranger,
        pytest.raises(BadCredentialsException, match="Bad credentials"),
    ):
        stranger.get_repo(hub.full_name)


def test_no_token_is_told_so(server: Server) -> None:
    answer = requests.get(f"{server.info['api_url']}/user", timeout=10)
    assert (answer.status_code, answer.json()["message"]) == (401, "Requires authentication")


def test_what_does_not_exist_is_404_in_githubs_form(repo: ApiRepository, github: Github) -> None:
    with pytest.raises(GithubException, match="Not Found") as refused:
        repo.requester.requestJsonAndCheck("GET", "/no/such/call")
    assert refused.value.status == 404
    assert github.get_user().login == "shippy-bot"


def test_what_is_known_already_is_304_and_costs_nothing(server: Server, hub: Hub) -> None:
    headers = {"Authorization": f"token {server.info['token']}"}
    url = f"{server.info['api_url']}/repos/{hub.full_name}/branches"
    first = requests.get(url, headers=headers, timeout=10)
    again = requests.get(url, headers={**headers, "If-None-Match": first.headers["ETag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-RateLimit-Remaining"] == first.headers["X-RateLimit-Remaining"]
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    changed = requests.get(url, headers={**headers, "If-None-Match": first.headers["ETag"]}, timeout=10)
    assert changed.status_code == 200


def test_the_budget_is_spent_and_then_refused_until_it_is_reset(repo: ApiRepository, github: Github, hub: Hub) -> None:
    hub.set_budget(limit=100, used=99)
    assert repo.get_branch("master").name == "master"
    with pytest.raises(RateLimitExceededException) as refused:
        repo.get_branch("master")
    headers = refused.value.headers or {}
    assert refused.value.status == 403
    assert headers["x-ratelimit-remaining"] == "0"
    assert int(headers["x-ratelimit-reset"]) > time.time()
    assert github.get_rate_limit().rate.remaining == 0


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [
        (Fault(Kind.ERROR, status=502), 502, ""),
        (Fault(Kind.UNAUTHORIZED), 401, ""),
        (Fault(Kind.RATE_LIMITED, seconds=90), 403, "x-ratelimit-reset"),
        (Fault(Kind.SECONDARY, seconds=30), 403, "retry-after"),
    ],
    ids=lambda value: str(value.kind) if isinstance(value, Fault) else "",
)
def test_a_fault_is_what_the_client_gets(
    repo: ApiRepository, hub: Hub, *, fault: Fault, status: int, header: str
) -> None:
    hub.fault(fault)
    with pytest.raises(GithubException) as refused:
        repo.get_branch("master")
    assert refused.value.status == status
    assert not header or header in (refused.value.headers or {})
    hub.clear_faults()
    assert repo.get_branch("master").name == "master"


def test_a_server_that_is_down_cuts_the_connection(repo: ApiRepository, hub: Hub) -> None:
    hub.fault(Fault(Kind.DOWN))
    with pytest.raises(requests.ConnectionError):
        repo.get_branch("master")
    assert hub.events() != []


def test_a_server_that_hangs_answers_nothing_in_time(server: Server, hub: Hub) -> None:
    hub.fault(Fault(Kind.HANG, seconds=5))
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{server.info['api_url']}/user", timeout=0.3)


def test_a_slow_server_answers_in_the_end(repo: ApiRepository, hub: Hub) -> None:
    hub.fault(Fault(Kind.SLOW, seconds=0.2))
    before = time.monotonic()
    assert repo.get_branch("master").name == "master"
    assert time.monotonic() - before >= 0.2


def test_a_fault_is_for_the_calls_and_the_times_it_names(repo: ApiRepository, hub: Hub) -> None:
    hub.fault(Fault(Kind.ERROR, path="/branches/master$", method="GET", times=2))
    assert repo.get_git_ref("heads/master").object.sha
    for _ in range(2):
        with pytest.raises(GithubException):
            repo.get_branch("master")
    assert repo.get_branch("master").name == "master"


def test_a_merge_whose_answer_is_lost_is_a_merge(repo: ApiRepository, hub: Hub) -> None:
    head = hub.push_file("topic", "a.txt", "a\n", "Add a")
    hub.fault(Fault(Kind.DOWN, path="/merges$", times=1, after=True))
    with pytest.raises(requests.ConnectionError):
        repo.merge("master", head)
    assert repo.merge("master", head) is None
    assert repo.compare("master", head).ahead_by == 0


def test_calls_are_written_down_with_their_answers(repo: ApiRepository, hub: Hub) -> None:
    before = hub.calls()[-1]["number"]
    repo.get_branch("master")
    hub.fault(Fault(Kind.ERROR, times=1))
    with pytest.raises(GithubException):
        repo.get_branch("feature/x")
    calls = hub.calls(before)
    path = f"/api/v3/repos/{hub.full_name}/branches"
    assert [(call["method"], call["path"], call["status"], call["login"]) for call in calls] == [
        ("GET", f"{path}/master", 200, "shippy-bot"),
        ("GET", f"{path}/feature/x", 500, None),
    ]
