"""The one that holds requests against GitHub's description would see if one were wrong."""

from __future__ import annotations

import pytest

from tests.github.description.holding import Asked, mistakes

REPOSITORY = "/repos/acme/web"
COMMIT = "a" * 40


@pytest.mark.parametrize(
    "request_",
    [
        Asked("GET", f"{REPOSITORY}/branches/feature/größer"),
        Asked("GET", f"{REPOSITORY}/commits/feature/x/status", (("per_page", "100"), ("page", "2"))),
        Asked("GET", f"{REPOSITORY}/compare/release/1...{COMMIT}", (("page", "1"), ("per_page", "250"))),
        Asked("GET", f"{REPOSITORY}/pulls", (("state", "open"), ("head", "acme:feature-x"))),
        Asked("PUT", f"{REPOSITORY}/pulls/12/merge", json={"sha": COMMIT, "merge_method": "squash"}),
        Asked("POST", f"{REPOSITORY}/merges", json={"base": "master", "head": COMMIT}),
        Asked("POST", "/app/installations/5678/access_tokens"),
    ],
    ids=lambda asked: asked.path,
)
def test_what_github_describes_is_right(request_: Asked) -> None:
    assert mistakes([request_]) == []


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (Asked("GET", f"{REPOSITORY}/branch/x"), "is not in github.json"),
        (Asked("POST", f"{REPOSITORY}/commits/{COMMIT}/status"), "is not in github.json"),
        (Asked("GET", "/api/v3/user"), "is not in github.json"),
        (Asked("GET", f"{REPOSITORY}/pulls", (("colour", "red"),)), "does not know colour in a query"),
        (Asked("GET", f"{REPOSITORY}/pulls", (("state", "shut"),)), "state"),
        (Asked("GET", f"{REPOSITORY}/pulls/twelve"), "pull_number"),
        (Asked("GET", f"{REPOSITORY}/commits", (("per_page", "many"),)), "per_page"),
        (Asked("POST", f"{REPOSITORY}/merges", json={"base": "master"}), "'head' is a required property"),
        (Asked("POST", f"{REPOSITORY}/merges"), "body"),
        (Asked("PUT", f"{REPOSITORY}/pulls/12/merge", json={"merge_method": "octopus"}), "octopus"),
        (Asked("PUT", f"{REPOSITORY}/pulls/12/merge", json={"message": "x"}), "does not know message in a body"),
        (Asked("GET", "/meta", json={"a": 1}), "does not know a in a body"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.path,
)
def test_what_github_does_not_describe_is_told(request_: Asked, told: str) -> None:
    found = mistakes([request_])
    assert found
    assert any(told in mistake.replace("RequestBody", "body") for mistake in found), found
