"""Who there is, how they are found, and what they may do, as PyGithub gets it."""

from __future__ import annotations

import pytest
from github import Github, GithubException, UnknownObjectException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


@pytest.fixture(autouse=True)
def people(hub: Hub) -> None:
    hub.add_person("mia", "Mia Lund", "mia@example.com")
    hub.add_person("noah", "Noah Lund", "noah@example.com")


def test_somebody_is_found_by_a_word_and_where_it_is_looked_for(github: Github) -> None:
    def found(query: str) -> set[str]:
        return {user.login for user in github.search_users(query)}

    assert found('"mia@example.com" in:email') == {"mia"}
    assert found("lund") == {"mia", "noah"}
    assert found("lund in:email") == set()
    assert {"mia", "noah"} <= found("example.com in:email type:user")
    assert found("nobody@example.com in:email") == set()


def test_a_search_finds_accounts_without_their_addresses_which_each_account_tells(github: Github) -> None:
    _, found = github.requester.requestJsonAndCheck("GET", "/search/users", parameters={"q": "mia@example.com"})
    assert [(item["login"], "email" in item) for item in found["items"]] == [("mia", False)]
    user = github.get_user("mia")
    assert (user.email, user.name) == ("mia@example.com", "Mia Lund")


def test_a_login_is_the_same_in_large_and_small_letters(github: Github) -> None:
    assert github.get_user("MIA").login == "mia"


def test_everybody_may_push_until_they_are_given_something_else(hub: Hub, repo: ApiRepository) -> None:
    told = {}
    for given in ("push", "pull", "triage", "maintain", "admin"):
        hub.give("mia", given)
        told[given] = (repo.get_collaborator_permission("Mia"), repo.get_collaborator_role_name("mia"))
    assert told == {
        "push": ("write", "write"),
        "pull": ("read", "read"),
        "triage": ("read", "triage"),
        "maintain": ("write", "maintain"),
        "admin": ("admin", "admin"),
    }
    assert repo.get_collaborator_permission("noah") == "write"


def test_nobody_has_no_permission(repo: ApiRepository) -> None:
    with pytest.raises(UnknownObjectException):
        repo.get_collaborator_permission("nobody")


def test_what_cannot_be_given_is_refused(repo: ApiRepository) -> None:
    with pytest.raises(GithubException, match="Validation Failed"):
        repo.add_to_collaborators("mia", "everything")
