"""A GitHub App's tokens: renewed before their end, once for all, and told apart from GitHub's other answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count

import gevent
import pytest
import requests
from pydantic import SecretStr

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.config.github import GitHub, GitHubApp
from shippy.errors import Unavailable
from shippy.github import GitHubRepository, connect
from shippy.github.connecting import Client
from shippy.model import Revision
from tests.github.served import Served

NUMBERS = count(1)
GREENLETS = 20
WITHIN_SECONDS = 10.0


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository(f"app-{next(NUMBERS)}")
    yield hub
    hub.clear_faults()


@contextmanager
def client_of(served: Served, app: GitHubApp) -> Iterator[Client]:
    with closing(connect(GitHub(api_url=served.api_url, app=app, proxy="direct"), 5)) as client:
        yield client


def registered(hub: Hub, lifetime: float = 3600.0) -> GitHubApp:
    made = hub.register_app("ship-app", {"contents": "write"}, lifetime)
    return GitHubApp(id=made["id"], installation=made["installation"], private_key=SecretStr(made["private_key"]))


def tokens_asked_for(hub: Hub, after: int) -> int:
    return sum(call["path"].endswith("/access_tokens") for call in hub.calls(after))


def last_call(hub: Hub) -> int:
    return max((call["number"] for call in hub.calls()), default=0)


@pytest.mark.parametrize(("lifetime", "tokens"), [(3600, 1), (299, 3)])
def test_a_token_is_renewed_in_its_last_five_minutes_and_not_before(
    served: Served, hub: Hub, lifetime: float, tokens: int
) -> None:
    before = last_call(hub)
    with client_of(served, registered(hub, lifetime)) as client:
        for _ in range(3):
            assert GitHubRepository(client, hub.full_name).compare("master", "master").ahead_by == 0
    assert tokens_asked_for(hub, before) == tokens


def test_a_deploy_outlives_its_tokens(served: Served, hub: Hub) -> None:
    with client_of(served, registered(hub, lifetime=1)) as client:
        repository = GitHubRepository(client, hub.full_name)
        head = repository.resolve("master").commit
        assert client.installation is not None
        wait_until_refused(served, client.installation.token)
        assert repository.resolve("master").commit == head


def wait_until_refused(served: Served, token: str) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    headers = {"Authorization": f"Bearer {token}"}
    with closing(requests.Session()) as session:
        session.trust_env = False
        while session.get(f"{served.api_url}/meta", headers=headers, timeout=5).status_code != 401:
            assert time.monotonic() < deadline, "the token does not end"
            gevent.sleep(0.05)


def test_greenlets_that_need_a_token_at_once_ask_for_one(served: Served, hub: Hub) -> None:
    before = last_call(hub)
    with client_of(served, registered(hub)) as client:
        repository = GitHubRepository(client, hub.full_name)
        asking = [gevent.spawn(repository.compare, "master", "master") for _ in range(GREENLETS)]
        gevent.joinall(asking, timeout=30, raise_error=True)
    assert all(greenlet.successful() for greenlet in asking)
    assert tokens_asked_for(hub, before) == 1


def test_a_key_that_is_not_the_apps_is_told_so(served: Served, hub: Hub) -> None:
    app, other = registered(hub), registered(hub)
    stranger = app.model_copy(update={"private_key": other.private_key})
    with client_of(served, stranger) as client, pytest.raises(Unavailable) as failed:
        GitHubRepository(client, hub.full_name).resolve("master")
    assert failed.value.why == "the app's key is not accepted (401)"


def test_an_app_that_is_not_installed_is_no_missing_branch(served: Served, hub: Hub) -> None:
    nowhere = registered(hub).model_copy(update={"installation": 9999})
    with client_of(served, nowhere) as client, pytest.raises(Unavailable) as failed:
        GitHubRepository(client, hub.full_name).resolve("master")
    assert failed.value.why == "the app is not installed there any more, or never was (404)"


def test_a_token_that_is_not_given_is_no_refused_merge(served: Served, hub: Hub) -> None:
    head = hub.push_file("feature-x", "a.txt", "a", "Add a")
    hub.fault(Fault(Kind.ERROR, path="/access_tokens", status=503))
    with client_of(served, registered(hub)) as client, pytest.raises(Unavailable) as failed:
        GitHubRepository(client, hub.full_name).merge(Revision("feature-x", head, "feature-x"), "master", "Ship it")
    assert failed.value.why == "it answers with an error of its own (503)"
    assert not hub.contains("master", head)
