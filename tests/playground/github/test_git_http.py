"""Cloning and pushing with the real git, over HTTP."""

from __future__ import annotations

import pytest

from playground.github.changes import Author, PushRefused
from playground.github.client import Hub

ADA = Author("Ada", "ada@acme.example")


def push(hub: Hub, branch: str, path: str, content: str) -> str:
    """Commit a file to a branch and push it, as people do."""
    with hub.checkout() as checkout:
        checkout.switch(branch)
        sha = checkout.commit(path, content, f"Change {path}")
        checkout.push()
    return sha


def test_what_is_pushed_is_what_the_api_has(hub: Hub) -> None:
    pushed = push(hub, "feature/größe", "a.txt", "a\n")
    assert hub.branches()["feature/größe"] == pushed
    assert hub.head("feature/größe") == pushed


def test_a_clone_has_what_was_pushed(hub: Hub) -> None:
    push(hub, "topic", "a.txt", "content\n")
    with hub.checkout() as checkout:
        checkout.switch("topic")
        assert (checkout.directory / "a.txt").read_text() == "content\n"


def test_a_large_push_arrives_whole(hub: Hub) -> None:
    content = "".join(f"{number * number}\n" for number in range(300_000))
    push(hub, "large", "numbers", content)
    with hub.checkout() as checkout:
        checkout.switch("large")
        assert (checkout.directory / "numbers").read_text() == content


def test_a_push_that_would_lose_commits_is_refused_unless_forced(hub: Hub) -> None:
    with hub.checkout(ADA) as late:
        late.switch("topic")
        late.commit("a.txt", "late\n", "Late")
        push(hub, "topic", "a.txt", "first\n")
        with pytest.raises(PushRefused, match="fetch first"):
            late.push()
        late.push("--force")
        assert hub.head("topic") == late.git("rev-parse", "HEAD")


def test_a_push_to_a_protected_branch_is_refused_in_githubs_words(hub: Hub) -> None:
    before = hub.head("master")
    hub.protect("master", "ci/build")
    with pytest.raises(PushRefused, match="GH006: Protected branch update failed for refs/heads/master"):
        push(hub, "master", "a.txt", "a\n")
    assert hub.head("master") == before
    hub.unprotect("master")
    assert push(hub, "master", "a.txt", "a\n") == hub.head("master")


def test_every_push_is_told_once_to_whoever_listens(hub: Hub) -> None:
    first = push(hub, "topic", "a.txt", "a\n")
    second = push(hub, "topic", "a.txt", "b\n")
    with hub.checkout() as checkout:
        checkout.git("push", "--quiet", "--delete", "origin", "topic")
    told = [event["data"] for event in hub.events() if event["kind"] == "push"]
    changes = [
        (push["before"], push["after"])
        for push in told
        if push["repository"] == hub.full_name and push["branch"] == "topic"
    ]
    assert changes == [("0" * 40, first), (first, second), (second, "0" * 40)]
