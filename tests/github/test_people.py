"""What GitHub tells of people, where its answers are odd: nobody gets a right by that, and nobody is made up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import SecretStr

from shippy.config.github import GitHub
from shippy.errors import Unavailable
from shippy.github import GitHubRepository, connect
from shippy.model import Author
from tests.github.scripted import Reply, ScriptedServer, scripted_server

GIT = {"name": "Mia Lund", "email": "Mia@example.com"}
NOT_FOUND = Reply(404, {"message": "Not Found"})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def repository(server: ScriptedServer) -> Iterator[GitHubRepository]:
    github = connect(GitHub(api_url=f"{server.url}/api/v3", token=SecretStr("t0ken")), 5)
    with closing(github):
        yield GitHubRepository(github, "acme/web")


def comparison(*commits: object) -> Reply:
    counts = {"ahead_by": len(commits), "behind_by": 0, "total_commits": len(commits), "html_url": "https://x"}
    return Reply(content={**counts, "commits": list(commits)})


def written(author: object, git: object = GIT) -> object:
    return {"sha": "a" * 40, "commit": {"author": git}, "author": author}


def found(*logins: str) -> Reply:
    items = [{"login": login, "url": f"/users/{login}"} for login in logins]
    return Reply(content={"total_count": len(items), "items": items})


@pytest.mark.parametrize("account", [None, {}], ids=["not known", "gone"])
def test_an_author_without_an_account_is_known_by_the_address_alone(
    repository: GitHubRepository, server: ScriptedServer, account: object
) -> None:
    lower = {"name": "mia", "email": "mia@example.com"}
    server.replies = [comparison(written(account), written(account, lower))]
    assert repository.compare("master", "feature-x").authors == (Author(None, "Mia Lund", "Mia@example.com"),)
    assert len(server.asked) == 1


def test_an_author_with_several_addresses_is_told_once(repository: GitHubRepository, server: ScriptedServer) -> None:
    account = {"login": "mia", "url": "/api/v3/users/mia"}
    server.replies = [comparison(written(account), written(account, {"name": "m", "email": "m@home.example"}))]
    assert repository.compare("master", "feature-x").authors == (Author("mia", "Mia Lund", "Mia@example.com"),)
    assert len(server.asked) == 1


def test_a_token_that_may_not_see_rights_gives_nobody_one(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [Reply(403, {"message": "Must have push access to view collaborator permission."})]
    with pytest.raises(Unavailable) as failed:
        repository.may_push("mia")
    assert failed.value.why == "Must have push access to view collaborator permission. (403)"


def test_a_repository_that_is_not_there_is_told_from_a_login_that_is_not(
    repository: GitHubRepository, server: ScriptedServer
) -> None:
    server.replies = [NOT_FOUND, Reply(content=[])]
    assert not repository.may_push("mia")
    server.replies = [NOT_FOUND, NOT_FOUND]
    with pytest.raises(Unavailable, match="there is no repository acme/web"):
        repository.may_push("mia")


@pytest.mark.parametrize(("permission", "may"), [("admin", True), ("write", True), ("read", False), ("none", False)])
def test_who_may_push_is_who_may_write(
    repository: GitHubRepository, server: ScriptedServer, permission: str, may: bool
) -> None:
    server.replies = [Reply(content={"permission": permission})]
    assert repository.may_push("mia") is may
    assert server.asked == ["GET /api/v3/repos/acme/web/collaborators/mia/permission"]


def test_an_account_that_shows_an_address_like_it_is_not_meant(
    repository: GitHubRepository, server: ScriptedServer
) -> None:
    server.replies = [found("anna-mia"), Reply(content={"login": "anna-mia", "email": "anna-mia@example.com"})]
    assert repository.login_of("mia@example.com") is None


def test_two_accounts_that_show_one_address_are_nobody(repository: GitHubRepository, server: ScriptedServer) -> None:
    both = [Reply(content={"login": login, "email": "mia@example.com"}) for login in ("mia", "not-mia")]
    server.replies = [found("mia", "not-mia"), *both]
    assert repository.login_of("mia@example.com") is None


def test_only_the_first_of_many_that_are_found_are_looked_at(
    repository: GitHubRepository, server: ScriptedServer
) -> None:
    logins = [f"mia-{number}" for number in range(20)]
    server.replies = [found(*logins), *(Reply(content={"login": login, "email": None}) for login in logins)]
    assert repository.login_of("mia@example.com") is None
    assert len(server.asked) == 6
    assert server.asked[0] == ("GET /api/v3/search/users?per_page=100&q=%22mia%40example.com%22+in%3Aemail+type%3Auser")
