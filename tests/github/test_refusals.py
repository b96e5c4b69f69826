"""Every refusal of a merge is known by its kind: GitHub's own words, and a GitHub that says them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest
from github import GithubException

from playground.github.client import Hub
from shippy.errors import MergeRefused
from shippy.github import GitHubRepository
from shippy.github.refusals import refused
from shippy.model import MergeMethod, MergeRefusal
from tests.github.served import Served

REPOSITORIES = count(1)

WORDS = [
    (409, "Head branch was modified. Review and try the merge again.", MergeRefusal.HEAD_MOVED),
    (405, "Base branch was modified. Review and try the merge again.", MergeRefusal.MAIN_MOVED),
    (405, "Pull Request is not mergeable", MergeRefusal.CONFLICT),
    (409, "Merge conflict", MergeRefusal.CONFLICT),
    (405, "Pull Request is still a draft", MergeRefusal.DRAFT),
    (405, 'Required status check "ci/build" is expected.', MergeRefusal.STATUS),
    (405, "2 of 3 required status checks have not succeeded: 1 expected and 1 failing.", MergeRefusal.STATUS),
    (405, "At least 1 approving review is required by reviewers with write access.", MergeRefusal.APPROVAL),
    (405, "Waiting on code owner review from acme/payments.", MergeRefusal.APPROVAL),
    (405, "Changes must be made through the merge queue", MergeRefusal.QUEUE),
    (405, "Repository rule violations found\n\nChanges must be made through the merge queue\n\n", MergeRefusal.QUEUE),
    (
        405,
        "Repository rule violations found\n\nA conversation must be resolved before this pull request can be merged.",
        MergeRefusal.CONVERSATION,
    ),
    (405, "Repository rule violations found\n\nCommits must have verified signatures.", MergeRefusal.RULE),
    (405, "Merge commits are not allowed on this repository.", MergeRefusal.METHOD),
    (405, "Squash merges are not allowed on this repository.", MergeRefusal.METHOD),
    (405, "This branch must not contain merge commits.", MergeRefusal.METHOD),
    (422, "Changes must be made through a pull request.", MergeRefusal.NO_PULL),
    (403, "Resource not accessible by integration", MergeRefusal.FORBIDDEN),
    (403, "You're not authorized to push to this branch.", MergeRefusal.FORBIDDEN),
    (403, "Whatever it is", MergeRefusal.FORBIDDEN),
    (405, "Whatever it is", MergeRefusal.OTHER),
]


@pytest.mark.parametrize(("status", "words", "kind"), WORDS)
def test_githubs_words_have_a_kind_and_are_kept_on_one_line(status: int, words: str, kind: MergeRefusal) -> None:
    error = refused(GithubException(status, {"message": words}, {}))
    assert error == MergeRefused(" ".join(words.split()), kind)


IN_THE_WAY: list[tuple[Callable[[Hub], object], MergeRefusal]] = [
    (lambda hub: hub.protect("master", "ci/build"), MergeRefusal.STATUS),
    (lambda hub: hub.protect("master", approvals=1), MergeRefusal.APPROVAL),
    (lambda hub: hub.demand(queue=True), MergeRefusal.QUEUE),
    (lambda hub: hub.demand(talked_out=True, unresolved=(1,)), MergeRefusal.CONVERSATION),
    (lambda hub: hub.allow("squash", "rebase"), MergeRefusal.METHOD),
    (lambda hub: hub.push_file("master", "topic.txt", "Something else.\n", "Conflict"), MergeRefusal.CONFLICT),
    (lambda hub: hub.push_file("topic", "more.txt", "More.\n", "Go on"), MergeRefusal.HEAD_MOVED),
]


@pytest.mark.parametrize(("put", "kind"), IN_THE_WAY, ids=[kind for _, kind in IN_THE_WAY])
def test_what_is_in_the_way_of_a_merge_is_told_by_its_kind(
    served: Served, put: Callable[[Hub], object], kind: MergeRefusal
) -> None:
    hub = served.repository(f"web-{next(REPOSITORIES)}")
    hub.push_file("topic", "topic.txt", "A topic.\n", "Begin")
    hub.open_pull("topic", "A change")
    with closing(served.connect()) as client:
        host = GitHubRepository(client, hub.full_name)
        revision = host.resolve("topic")
        put(hub)
        before = hub.head("master")
        with pytest.raises(MergeRefused) as caught:
            host.merge(revision, "master", "Ship it", MergeMethod.MERGE)
    assert caught.value.kind is kind
    assert hub.head("master") == before


def test_a_draft_is_told_from_other_refusals(served: Served) -> None:
    hub = served.repository(f"web-{next(REPOSITORIES)}")
    hub.push_file("topic", "topic.txt", "A topic.\n", "Begin")
    hub.open_pull("topic", "A change", draft=True)
    with closing(served.connect()) as client:
        host = GitHubRepository(client, hub.full_name)
        with pytest.raises(MergeRefused) as caught:
            host.merge(host.resolve("topic"), "master", "Ship it")
    assert caught.value.kind is MergeRefusal.DRAFT


def test_whoever_may_only_read_is_told_so(served: Served) -> None:
    hub = served.repository(f"web-{next(REPOSITORIES)}")
    hub.push_file("topic", "topic.txt", "A topic.\n", "Begin")
    hub.open_pull("topic", "A change")
    reader = replace(served, token=hub.add_person("rita", "Rita", "rita@example.com"))
    hub.give("rita", "pull")
    with closing(reader.connect()) as client:
        host = GitHubRepository(client, hub.full_name)
        with pytest.raises(MergeRefused) as caught:
            host.merge(host.resolve("topic"), "master", "Ship it")
    assert caught.value.kind is MergeRefusal.FORBIDDEN
