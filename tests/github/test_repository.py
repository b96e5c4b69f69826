"""What is GitHub's alone: how much is asked of it, how a merge looks there, and many greenlets at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count

import gevent
import pytest

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.errors import MergeRefused, Unavailable
from shippy.github import GitHubRepository
from shippy.github.connecting import Client
from tests.github.served import Served

NUMBERS = count(1)
GREENLETS = 40
BROKEN_ANSWERS = 10


@pytest.fixture
def hub(served: Served) -> Hub:
    return served.repository(f"web-{next(NUMBERS)}")


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    with closing(served.connect()) as github:
        yield github


@pytest.fixture
def repository(client: Client, hub: Hub) -> GitHubRepository:
    return GitHubRepository(client, hub.full_name)


@pytest.fixture
def faulty(hub: Hub) -> Iterator[Hub]:
    yield hub
    hub.clear_faults()


def last_call(hub: Hub) -> int:
    return max((call["number"] for call in hub.calls()), default=0)


def asked(hub: Hub, after: int) -> list[str]:
    prefix = f"/api/v3/repos/{hub.full_name}"
    return [f"{call['method']} {call['path'].removeprefix(prefix)}" for call in hub.calls(after)]


def test_what_is_asked_of_github_is_what_is_needed(hub: Hub, repository: GitHubRepository) -> None:
    head = hub.push_file("feature-x", "a.txt", "a", "Add a")
    number = hub.open_pull("feature-x", "A change")
    before = last_call(hub)
    revision = repository.resolve("feature-x")
    assert sorted(asked(hub, before)) == ["GET /branches/feature-x", "GET /pulls"]
    before = last_call(hub)
    repository.resolve(head)
    assert sorted(asked(hub, before)) == [f"GET /commits/{head}", f"GET /commits/{head}/pulls"]
    before = last_call(hub)
    repository.statuses(head)
    assert sorted(asked(hub, before)) == [f"GET /commits/{head}/check-runs", f"GET /commits/{head}/status"]
    before = last_call(hub)
    repository.resolve(f"#{number}")
    repository.compare("master", head)
    assert asked(hub, before) == [f"GET /pulls/{number}", f"GET /compare/master...{head}"]
    before = last_call(hub)
    repository.merge(revision, "master", "Ship it")
    looked, (merged,) = asked(hub, before)[:-1], asked(hub, before)[-1:]
    assert sorted(looked) == [f"GET /compare/master...{head}", f"GET /pulls/{number}"]
    assert merged == f"PUT /pulls/{number}/merge"


def test_the_address_of_a_pull_request_will_do(hub: Hub, repository: GitHubRepository) -> None:
    head = hub.push_file("feature-x", "a.txt", "a", "Add a")
    number = hub.open_pull("feature-x", "A change")
    revision = repository.resolve(f"{hub.page}/pull/{number}")
    assert (revision.commit, revision.branch) == (head, "feature-x")


@pytest.mark.parametrize("pull", [True, False])
def test_the_merge_says_what_it_was_told_to(hub: Hub, repository: GitHubRepository, pull: bool) -> None:
    hub.push_file("feature-x", "a.txt", "a", "Add a")
    if pull:
        hub.open_pull("feature-x", "A change")
    repository.merge(repository.resolve("feature-x"), "master", "Ship feature-x\n\nDeploy 12, by Anna.")
    assert hub.message("master") == "Ship feature-x\n\nDeploy 12, by Anna."


def test_a_pull_request_into_another_branch_is_not_what_is_merged(hub: Hub, repository: GitHubRepository) -> None:
    hub.push_file("release", "r.txt", "r", "Begin a release")
    hub.push_file("feature-x", "a.txt", "a", "Add a")
    number = hub.open_pull("feature-x", "A change", base="release")
    before = hub.head("release")
    merged = repository.merge(repository.resolve("feature-x"), "master", "Ship it")
    assert merged == hub.head("master")
    assert hub.head("release") == before
    assert hub.pull(number)["merged"] is False


def test_a_protected_branch_refuses_in_githubs_words(hub: Hub, repository: GitHubRepository) -> None:
    hub.push_file("feature-x", "a.txt", "a", "Add a")
    hub.open_pull("feature-x", "A change")
    hub.protect("master", "qa/sign-off")
    with pytest.raises(MergeRefused, match="Required status check"):
        repository.merge(repository.resolve("feature-x"), "master", "Ship it")


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.ERROR])
@pytest.mark.parametrize("pull", [True, False])
def test_a_merge_whose_answer_is_lost_is_done_and_done_once(
    faulty: Hub, repository: GitHubRepository, kind: Kind, pull: bool
) -> None:
    faulty.push_file("feature-x", "a.txt", "a", "Add a")
    if pull:
        faulty.open_pull("feature-x", "A change")
    revision = repository.resolve("feature-x")
    faulty.fault(Fault(kind, path="/merge", times=1, after=True))
    merged = repository.merge(revision, "master", "Ship it")
    assert merged == faulty.head("master")
    assert sum(len(commit["parents"]) > 1 for commit in faulty.log("master")) == 1


def test_a_merge_that_was_never_done_is_told_so(faulty: Hub, repository: GitHubRepository) -> None:
    faulty.push_file("feature-x", "a.txt", "a", "Add a")
    revision = repository.resolve("feature-x")
    before = faulty.head("master")
    faulty.fault(Fault(Kind.DOWN, path="/merges", times=1))
    with pytest.raises(Unavailable, match="the connection broke"):
        repository.merge(revision, "master", "Ship it")
    assert faulty.head("master") == before
    assert repository.merge(revision, "master", "Ship it") == faulty.head("master")


def test_a_repository_that_nobody_has_is_named(client: Client) -> None:
    with pytest.raises(Unavailable) as failed:
        GitHubRepository(client, "acme/nothing").resolve("#1")
    assert failed.value.why == "there is no repository acme/nothing, or the token may not see it (404)"


def test_a_token_that_is_not_known_is_told_so(served: Served, hub: Hub) -> None:
    stranger = replace(served, token=served.token[::-1])
    with closing(stranger.connect()) as github, pytest.raises(Unavailable, match=r"token is not accepted \(401\)"):
        GitHubRepository(github, hub.full_name).resolve("master")


def test_many_greenlets_share_one_client(hub: Hub, repository: GitHubRepository) -> None:
    """More than its pool has connections, while some of its answers break off: all of them come to an end."""
    head = hub.push_file("feature-x", "a.txt", "a", "Add a")
    hub.set_status(head, "ci/build", "success")
    hub.fault(Fault(Kind.DOWN, path=f"/{hub.full_name}/", method="GET", times=BROKEN_ANSWERS))

    def ask() -> bool:
        try:
            assert repository.resolve("feature-x").commit == head
            assert repository.compare("master", head).ahead_by == 1
            assert repository.statuses(head)["ci/build"].state == "success"
        except Unavailable:
            return False
        return True

    greenlets = [gevent.spawn(ask) for _ in range(GREENLETS)]
    gevent.joinall(greenlets, timeout=60, raise_error=True)
    assert [greenlet.get(block=False) for greenlet in greenlets].count(True) >= GREENLETS - BROKEN_ANSWERS
