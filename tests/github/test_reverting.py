"""What a pull request that takes a merge back does to the files, on real git; and what GitHub may say against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from pydantic import SecretStr

from playground.github.changes import Author, Change
from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.config.github import GitHub
from shippy.errors import MergeRefused, Unavailable
from shippy.github import GitHubRepository, connect
from shippy.github.connecting import Client
from shippy.model import PullRequest, Revision
from tests.github.scripted import Reply, ScriptedServer, scripted_server
from tests.github.served import Served

NUMBERS = count(1)
FEW_READS = 12
"""What opening one may ask of GitHub, so that an undo is not long about it."""


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository(f"web-{next(NUMBERS)}")
    hub.push_file("master", "shared.txt", "one\ntwo\nthree\nfour\nfive\n", "Add a file")
    yield hub
    hub.clear_faults()
    hub.set_budget()


@pytest.fixture
def repository(served: Served, hub: Hub) -> Iterator[GitHubRepository]:
    with closing(served.connect()) as github:
        yield GitHubRepository(github, hub.full_name)


def change(hub: Hub) -> None:
    """Two commits on feature-x: one changes a file, and the other adds one."""
    louder = Change("Say two louder", {"shared.txt": "one\nTWO\nthree\nfour\nfive\n"})
    hub.push("feature-x", louder, Change("Add another file", {"new.txt": "new\n"}))


def opened(repository: GitHubRepository, revision: Revision) -> PullRequest:
    pull = repository.revert(revision, "master", "Revert: a change", "It was slow.")
    assert pull is not None
    return pull


def brought(hub: Hub, repository: GitHubRepository, how: str) -> Revision:
    """feature-x in master: by a pull request in one of GitHub's ways, or by a merge without one."""
    change(hub)
    number = hub.open_pull("feature-x", "A change") if how != "without" else None
    revision = repository.resolve("feature-x")
    # What master has got meanwhile is not the change's: it has to be more than its first commit's parent.
    hub.push_file("master", "meanwhile.txt", "meanwhile\n", "Go on")
    if number is None:
        repository.merge(revision, "master", "Ship it")
    else:
        hub.merge(number, how)
    return revision


WAYS = ["merge", "squash", "rebase", "without"]


@pytest.mark.parametrize("how", WAYS)
def test_exactly_what_was_brought_is_taken_back(hub: Hub, repository: GitHubRepository, how: str) -> None:
    revision = brought(hub, repository, how)
    assert hub.files("master")["shared.txt"] == "one\nTWO\nthree\nfour\nfive\n"
    hub.merge(opened(repository, revision).number)
    assert hub.files("master") == {
        "README.md": "An app.\n",
        "shared.txt": "one\ntwo\nthree\nfour\nfive\n",
        "meanwhile.txt": "meanwhile\n",
    }


@pytest.mark.parametrize("how", WAYS)
def test_what_came_later_is_left_alone(hub: Hub, repository: GitHubRepository, how: str) -> None:
    revision = brought(hub, repository, how)
    hub.push_file("master", "later.txt", "later\n", "Go on")
    hub.push_file("master", "shared.txt", "one\nTWO\nthree\nfour\nFIVE\n", "Say five louder")
    hub.merge(opened(repository, revision).number)
    found = hub.files("master")
    assert found["shared.txt"] == "one\ntwo\nthree\nfour\nFIVE\n"
    assert found["later.txt"] == "later\n"
    assert "new.txt" not in found


def test_a_squash_is_not_taken_for_rebased_commits(hub: Hub, repository: GitHubRepository) -> None:
    """Before it came a commit that the pull request has as well, and whose message it could be taken for."""
    hub.push_file("feature-x", "a.txt", "a\n", "Add a", author=Author("Mia", "mia@acme.example"))
    hub.push_file("master", "b.txt", "b\n", "Add a", author=Author("Mia", "mia@acme.example"))
    hub.push_file("feature-x", "c.txt", "c\n", "Add c", author=Author("Mia", "mia@acme.example"))
    number = hub.open_pull("feature-x", "Add a")
    revision = repository.resolve("feature-x")
    hub.merge(number, "squash")
    hub.merge(opened(repository, revision).number)
    assert hub.files("master").keys() == {"README.md", "shared.txt", "b.txt"}


def test_a_conflict_is_for_people_to_see_in_the_pull_request(hub: Hub, repository: GitHubRepository) -> None:
    revision = brought(hub, repository, "merge")
    hub.push_file("master", "shared.txt", "one\n2\nthree\nfour\nfive\n", "Use digits")
    pull = hub.pull(opened(repository, revision).number)
    assert (pull["state"], pull["mergeable"]) == ("open", False)


def test_the_pull_request_says_what_it_was_told_to_and_its_commit_mentions_nobody(
    hub: Hub, repository: GitHubRepository
) -> None:
    revision = brought(hub, repository, "merge")
    merge = hub.head("master")
    pull = hub.pull(opened(repository, revision).number)
    assert (pull["title"], pull["body"]) == ("Revert: a change", "It was slow.")
    assert pull["head"]["ref"] == f"shippy/revert-{merge[:12]}"
    assert hub.message(pull["head"]["sha"]).splitlines()[0] == f"Take back {merge}"


def test_a_branch_that_is_there_already_gets_its_pull_request(hub: Hub, repository: GitHubRepository) -> None:
    revision = brought(hub, repository, "merge")
    hub.fault(Fault(Kind.DOWN, path=r"/pulls$", method="POST", times=1))
    with pytest.raises(Unavailable, match="the connection broke"):
        opened(repository, revision)
    branch = f"shippy/revert-{hub.head('master')[:12]}"
    before = hub.head(branch)
    pull = hub.pull(opened(repository, revision).number)
    assert (pull["head"]["ref"], pull["head"]["sha"]) == (branch, before)


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.ERROR])
def test_one_whose_answer_is_lost_is_found(hub: Hub, repository: GitHubRepository, kind: Kind) -> None:
    revision = brought(hub, repository, "merge")
    hub.fault(Fault(kind, path=r"/pulls$", method="POST", times=1, after=True))
    found = opened(repository, revision)
    assert opened(repository, revision) == found


def test_a_branch_whose_pull_request_was_merged_and_deleted_is_not_made_again(
    hub: Hub, repository: GitHubRepository
) -> None:
    revision = brought(hub, repository, "merge")
    pull = opened(repository, revision)
    branch = str(hub.pull(pull.number)["head"]["ref"])
    hub.merge(pull.number)
    hub.delete(branch)
    assert opened(repository, revision) == pull
    assert branch not in hub.branches()


def test_a_branch_that_moved_without_a_merge_is_left_to_people(hub: Hub, repository: GitHubRepository) -> None:
    change(hub)
    number = hub.open_pull("feature-x", "A change")
    hub.push_file("master", "meanwhile.txt", "meanwhile\n", "Go on")
    hub.update_branch(number)
    revision = repository.resolve("feature-x")
    hub.move("master", hub.head("feature-x"))
    assert hub.pull(number)["merged"]
    with pytest.raises(MergeRefused, match="without a merge"):
        opened(repository, revision)


def test_a_name_that_is_in_the_way_is_told_in_githubs_words(hub: Hub, repository: GitHubRepository) -> None:
    revision = brought(hub, repository, "merge")
    hub.push_file("shippy", "a.txt", "a\n", "A branch whose name is the folder of others")
    with pytest.raises(MergeRefused) as refused:
        opened(repository, revision)
    assert refused.value.reason == "Reference update failed (422)"


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Kind.DOWN, "the connection broke"),
        (Kind.ERROR, "error of its own"),
        (Kind.UNAUTHORIZED, "token is not accepted"),
        (Kind.RATE_LIMITED, "rate limited until"),
        (Kind.SECONDARY, "rate limited until"),
    ],
)
@pytest.mark.parametrize("path", [r"/git/refs$", r"/pulls/\d+$"])
def test_github_in_trouble_opens_none_now_and_one_later(
    hub: Hub, repository: GitHubRepository, kind: Kind, why: str, path: str
) -> None:
    revision = brought(hub, repository, "merge")
    hub.fault(Fault(kind, path=path))
    with pytest.raises(Unavailable, match=why):
        opened(repository, revision)
    hub.clear_faults()
    assert hub.pull(opened(repository, revision).number)["state"] == "open"


def test_opening_one_asks_little_of_github(hub: Hub, repository: GitHubRepository) -> None:
    revision = brought(hub, repository, "merge")
    last = max(call["number"] for call in hub.calls())
    opened(repository, revision)
    assert len(hub.calls(last)) <= FEW_READS


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def scripted_client(scripted: ScriptedServer) -> Iterator[Client]:
    with closing(connect(GitHub(api_url=scripted.url, token=SecretStr("t")), 5)) as client:
        yield client


RESTRICTED = "Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n"
ALREADY = {"resource": "PullRequest", "field": "head", "code": "custom", "message": "No commits between a and b"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            Reply(403, {"message": "Resource not accessible by integration"}),
            "Resource not accessible by integration (403)",
        ),
        (
            Reply(422, {"message": RESTRICTED}),
            "Repository rule violations found Cannot create ref due to creations being restricted. (422)",
        ),
        (
            Reply(422, {"message": "Validation Failed", "errors": [ALREADY]}),
            "Validation Failed: No commits between a and b (422)",
        ),
    ],
)
def test_a_refusal_is_told_in_githubs_words_on_one_line(
    scripted: ScriptedServer, scripted_client: Client, answer: Reply, told: str
) -> None:
    merge = {"sha": "b" * 40, "parents": [{"sha": "a" * 40}, {"sha": "c" * 40}]}
    tree = {"sha": "d" * 40}
    scripted.replies = [
        Reply(content=[merge]),
        Reply(content={**merge, "tree": tree}),
        Reply(content=[]),
        Reply(404, {"message": "Not Found"}),
        Reply(content={"sha": "a" * 40, "tree": tree, "parents": []}),
        Reply(201, {"sha": "e" * 40}),
        answer,
    ]
    with pytest.raises(MergeRefused) as refused:
        GitHubRepository(scripted_client, "acme/web").revert(Revision("c", "c" * 40), "master", "Revert it", "")
    assert refused.value.reason == told
    assert scripted.replies == []
