"""A deployment and a comment, on the playground's GitHub: one each, whatever gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest
from github.Repository import Repository

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.errors import Unavailable
from shippy.github.showing import Part
from shippy.github.showing.declining import Declined
from shippy.github.showing.view import View
from shippy.model import Deploy, Phase, PullRequest, Revision
from tests.fakes.clock import WallClock
from tests.github.served import Served
from tests.github.showing.scenes import PREPARING, at, ended
from tests.github.showing.seen import PUBLIC, Seen, looking, parts_of

LINK = "https://acme.slack.com/archives/C1/p1"
numbers = count(1)


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository(f"shown{next(numbers)}")
    yield hub
    hub.clear_faults()


@pytest.fixture
def seen(served: Served, hub: Hub) -> Iterator[Seen]:
    with looking(served, hub) as seen:
        yield seen


@pytest.fixture
def repository(served: Served, hub: Hub) -> Iterator[Repository]:
    """As shippy has it."""
    with closing(served.connect(timeout=2)) as client:
        yield client.get_repo(hub.full_name)


@pytest.fixture
def parts(repository: Repository) -> tuple[Part, Part]:
    return parts_of(repository)


@pytest.fixture
def preparing(hub: Hub) -> Deploy:
    commit = hub.push_file("feature/größer", "a.txt", "a\n", "Add a")
    number = hub.open_pull("feature/größer", "Größer")
    pull = PullRequest(number, "Größer", f"{hub.page}/pull/{number}", "master")
    revision = Revision("feature/größer", commit, "feature/größer", pull)
    return replace(PREPARING, revision=revision, started=WallClock().now())


def show(parts: tuple[Part, ...], view: View) -> None:
    for part in parts:
        part.show(view)


def life(preparing: Deploy) -> list[Deploy]:
    return [preparing, at(5, preparing), at(25, preparing), ended(Phase.COMMITTED, preparing)]


def writes(hub: Hub, after: int) -> list[str]:
    return [call["method"] for call in hub.calls(after) if call["method"] != "GET"]


def test_a_deploy_is_one_deployment_with_its_states_one_after_the_other(
    hub: Hub, seen: Seen, parts: tuple[Part, Part], preparing: Deploy
) -> None:
    hub.set_status(hub.head("feature/größer"), "ci/build", "failure")
    for deploy in life(preparing):
        show(parts, View(deploy, link=LINK))
    (deployment,) = seen.deployments
    assert (deployment.sha, deployment.environment, deployment.production_environment) == (
        preparing.commit,
        "production",
        True,
    )
    assert seen.states() == ["in_progress", "in_progress", "in_progress", "success"]
    assert seen.descriptions() == [
        "Being prepared, no visitor gets it yet",
        "5 % of the visitors get it",
        "25 % of the visitors get it",
        "Live",
    ]
    assert {(status["environment_url"], status["log_url"]) for status in seen.statuses()} == {(PUBLIC, LINK)}


@pytest.mark.parametrize(
    ("phase", "state"),
    [(Phase.FAILED, "failure"), (Phase.ABORTED, "inactive"), (Phase.UNDONE, "inactive"), (Phase.COMMITTED, "success")],
)
def test_each_end_has_its_state(
    seen: Seen, parts: tuple[Part, Part], preparing: Deploy, phase: Phase, state: str
) -> None:
    show(parts, View(preparing))
    show(parts, View(ended(phase, preparing)))
    assert seen.states() == ["in_progress", state]


def test_the_pull_request_has_one_comment_that_is_edited(
    seen: Seen, parts: tuple[Part, Part], preparing: Deploy
) -> None:
    assert preparing.revision is not None
    assert preparing.revision.pull is not None
    for deploy in life(preparing):
        show(parts, View(deploy, link=LINK))
        (comment,) = seen.comments(preparing.revision.pull.number)
        assert comment.startswith(f"<!-- shippy deploy {preparing.id} -->\n**")
        assert f"[More in the chat]({LINK})" in comment
    assert "**Live**" in comment


def test_a_deploy_without_a_pull_request_is_a_deployment_alone(
    hub: Hub, seen: Seen, parts: tuple[Part, Part], preparing: Deploy
) -> None:
    assert preparing.revision is not None
    before = hub.calls()[-1]["number"]
    show(parts, View(replace(preparing, revision=replace(preparing.revision, pull=None))))
    assert seen.states() == ["in_progress"]
    assert not [call for call in hub.calls(before) if "/comments" in call["path"]]


def test_nothing_is_asked_where_nothing_has_changed(hub: Hub, parts: tuple[Part, Part], preparing: Deploy) -> None:
    show(parts, View(preparing))
    before = hub.calls()[-1]["number"]
    show(parts, View(preparing))
    assert not [call for call in hub.calls(before) if call["login"] == "shippy-bot"]


def test_a_restarted_daemon_finds_both_and_writes_only_what_is_new(
    hub: Hub, seen: Seen, parts: tuple[Part, Part], repository: Repository, preparing: Deploy
) -> None:
    assert preparing.revision is not None
    assert preparing.revision.pull is not None
    payloads: tuple[object, ...] = ({"shippy_deploy": "another"}, "a text")
    for payload in payloads:
        given = {"ref": preparing.commit, "auto_merge": False, "required_contexts": [], "payload": payload}
        seen.repository.requester.requestJsonAndCheck("POST", f"{seen.repository.url}/deployments", input=given)
    show(parts, View(at(25, preparing), link=LINK))
    before = hub.calls()[-1]["number"]
    show(parts_of(repository), View(at(25, preparing), link=LINK))
    assert writes(hub, before) == []
    show(parts_of(repository), View(at(50, preparing), link=LINK))
    assert writes(hub, before) == ["POST", "PATCH"]
    assert len(seen.deployments) == 3
    assert len(seen.comments(preparing.revision.pull.number)) == 1


def test_a_comment_is_found_among_hundreds(
    seen: Seen, parts: tuple[Part, Part], repository: Repository, preparing: Deploy
) -> None:
    assert preparing.revision is not None
    assert preparing.revision.pull is not None
    number = preparing.revision.pull.number
    for each in range(105):
        seen.say(number, f"Comment {each}")
    show(parts, View(preparing))
    show(parts_of(repository), View(at(25, preparing)))
    assert len(seen.comments(number)) == 106


@pytest.mark.parametrize("path", ["/deployments$", "/statuses$", "/comments$"])
@pytest.mark.parametrize("after", [True, False], ids=["answer lost", "request lost"])
def test_what_got_lost_is_done_once(
    hub: Hub, seen: Seen, repository: Repository, preparing: Deploy, path: str, *, after: bool
) -> None:
    assert preparing.revision is not None
    assert preparing.revision.pull is not None
    parts = parts_of(repository)
    hub.fault(Fault(Kind.DOWN, path=path, method="POST", times=1, after=after))
    with pytest.raises(Unavailable):
        show(parts, View(preparing))
    show(parts, View(preparing))
    assert seen.states() == ["in_progress"]
    assert len(seen.deployments) == len(seen.comments(preparing.revision.pull.number)) == 1


def test_what_github_will_not_do_is_told_from_what_it_cannot_now(
    hub: Hub, parts: tuple[Part, Part], preparing: Deploy
) -> None:
    hub.fault(Fault(Kind.ERROR, path="/deployments$", method="POST", times=1, status=403))
    with pytest.raises(Declined):
        show(parts, View(preparing))
    for kind in (Kind.RATE_LIMITED, Kind.SECONDARY, Kind.UNAUTHORIZED):
        hub.fault(Fault(kind, path="/deployments$", method="POST", times=1))
        with pytest.raises(Unavailable) as away:
            show(parts, View(preparing))
        assert not isinstance(away.value, Declined)


def test_a_comment_that_somebody_has_deleted_is_written_anew_only_while_the_deploy_runs(
    seen: Seen, parts: tuple[Part, Part], preparing: Deploy
) -> None:
    assert preparing.revision is not None
    assert preparing.revision.pull is not None
    number = preparing.revision.pull.number
    show(parts, View(preparing))
    seen.delete_comments(number)
    show(parts, View(at(25, preparing)))
    assert len(seen.comments(number)) == 1
    seen.delete_comments(number)
    show(parts, View(ended(Phase.ABORTED, preparing)))
    assert seen.comments(number) == []


def test_what_is_over_for_long_is_not_brought_to_github(
    hub: Hub, seen: Seen, parts: tuple[Part, Part], preparing: Deploy
) -> None:
    before = hub.calls()[-1]["number"]
    show(parts, View(ended(Phase.COMMITTED, preparing), may_begin=False))
    assert writes(hub, before) == []
    assert seen.deployments == []


def test_a_release_that_another_has_followed_is_inactive_and_live_again_after_an_undo(
    seen: Seen, parts: tuple[Part, Part], repository: Repository, preparing: Deploy
) -> None:
    committed = ended(Phase.COMMITTED, preparing)
    show(parts, View(committed))
    show(parts_of(repository), View(committed, superseded=True, may_begin=False))
    show(parts_of(repository), View(committed, superseded=True, may_begin=False))
    show(parts_of(repository), View(committed, may_begin=False))
    assert seen.states() == ["success", "inactive", "success"]
