"""What every code host promises: the same tests on the tests' own, and on GitHub's over real git repositories."""

from __future__ import annotations

import pytest

from shippy.errors import AmbiguousRef, ClosedPull, MergeRefused, Unavailable, UnknownRef
from shippy.model import Author, Revision, Status
from tests.contract.codehost.worlds import World

A_COMMIT_OF_NOBODY = "0123456789" * 4


@pytest.mark.parametrize("branch", ["feature-x", "feature/größer", "release-1.2/✨", "deadbeef", "master"])
def test_a_branch_stands_for_its_head(world: World, branch: str) -> None:
    head = world.commit(branch, count=2)
    revision = world.host.resolve(branch)
    assert (revision.ref, revision.commit, revision.branch, revision.pull) == (branch, head, branch, None)


def test_a_branch_comes_with_its_open_pull_request(world: World) -> None:
    head = world.commit("feature-x")
    world.commit("feature-y")
    world.open_pull("feature-y", "Another")
    number = world.open_pull("feature-x", "Größer & <b>schöner</b>")
    revision = world.host.resolve("feature-x")
    assert (revision.commit, revision.branch) == (head, "feature-x")
    assert revision.pull is not None
    assert (revision.pull.number, revision.pull.title, revision.pull.base) == (
        number,
        "Größer & <b>schöner</b>",
        "master",
    )
    assert revision.pull.url.endswith(f"/pull/{number}")


def test_a_branch_whose_pull_request_is_closed_has_none(world: World) -> None:
    world.commit("feature-x")
    world.close_pull(world.open_pull("feature-x", "A change"))
    assert world.host.resolve("feature-x").pull is None


def test_a_pull_request_stands_for_the_head_of_its_branch(world: World) -> None:
    world.commit("feature-x")
    number = world.open_pull("feature-x", "A change")
    head = world.commit("feature-x")
    revision = world.host.resolve(f"#{number}")
    assert (revision.ref, revision.commit, revision.branch) == (f"#{number}", head, "feature-x")
    assert revision.pull == world.host.resolve("feature-x").pull


def test_a_closed_pull_request_is_refused(world: World) -> None:
    world.commit("feature-x")
    number = world.open_pull("feature-x", "A change")
    world.close_pull(number)
    with pytest.raises(ClosedPull) as refused:
        world.host.resolve(f"#{number}")
    assert refused.value == ClosedPull(number, "A change", merged=False)


def test_a_merged_pull_request_is_told_from_one_that_was_dropped(world: World) -> None:
    world.commit("feature-x")
    number = world.open_pull("feature-x", "A change")
    world.host.merge(world.host.resolve(f"#{number}"), "master", "Ship it")
    with pytest.raises(ClosedPull) as refused:
        world.host.resolve(f"#{number}")
    assert refused.value == ClosedPull(number, "A change", merged=True)


@pytest.mark.parametrize("digits", [7, 12, 40])
def test_a_commit_stands_for_itself(world: World, digits: int) -> None:
    head = world.commit("feature-x")
    world.commit("feature-x")
    revision = world.host.resolve(head[:digits])
    assert (revision.ref, revision.commit, revision.branch, revision.pull) == (head[:digits], head, None, None)


def test_a_commit_at_the_head_of_a_pull_request_comes_with_it(world: World) -> None:
    head = world.commit("feature-x")
    number = world.open_pull("feature-x", "A change")
    revision = world.host.resolve(head[:8])
    assert (revision.commit, revision.branch) == (head, "feature-x")
    assert revision.pull is not None
    assert revision.pull.number == number


def test_a_short_commit_that_could_be_several_is_ambiguous(world: World) -> None:
    world.commit_alike("alike-a", "alike-b")
    both = sorted((world.head("alike-a"), world.head("alike-b")))
    with pytest.raises(AmbiguousRef) as refused:
        world.host.resolve(both[0][:7])
    assert (refused.value.ref, sorted(refused.value.commits)) == (both[0][:7], both)
    assert world.host.resolve(both[0]).commit == both[0]


@pytest.mark.parametrize(
    "ref", ["#99", "feature-z", A_COMMIT_OF_NOBODY, A_COMMIT_OF_NOBODY[:9], "a b", "../../user", ""]
)
def test_what_is_not_there_is_unknown(world: World, ref: str) -> None:
    with pytest.raises(UnknownRef) as refused:
        world.host.resolve(ref)
    assert refused.value == UnknownRef(ref)


def test_an_unknown_name_is_told_with_near_ones(world: World) -> None:
    for branch in ("feature/login", "feature/logout", "billing"):
        world.commit(branch)
    with pytest.raises(UnknownRef) as refused:
        world.host.resolve("feature/logn")
    assert refused.value.ref == "feature/logn"
    assert refused.value.near[0] == "feature/login"
    assert "billing" not in refused.value.near


def test_a_commit_without_statuses_has_none(world: World) -> None:
    assert world.host.statuses(world.commit("feature-x")) == {}


def test_the_latest_status_of_each_context_counts(world: World) -> None:
    head = world.commit("feature-x")
    world.set_status(head, "ci/build", "pending", "building")
    world.set_status(head, "qa/sign-off", "failure", "no")
    world.set_status(head, "ci/build", "success", "built in 12 s")
    found = {context: (status.state, status.description) for context, status in world.host.statuses(head).items()}
    assert found == {"ci/build": ("success", "built in 12 s"), "qa/sign-off": ("failure", "no")}


def test_all_statuses_are_read_however_many_there_are(world: World) -> None:
    head = world.commit("feature-x")
    contexts = {f"ci/{number}" for number in range(130)}
    for context in contexts:
        world.set_status(head, context, "success", "")
    found = world.host.statuses(head)
    assert set(found) == contexts
    assert all(isinstance(status, Status) and status.context == context for context, status in found.items())


@pytest.mark.parametrize(
    ("state", "title", "told"),
    [
        ("success", "12 tests", ("success", "12 tests")),
        ("success", "", ("success", "")),
        ("skipped", "", ("success", "skipped, which GitHub lets pass")),
        ("neutral", "nothing to do", ("success", "neutral, which GitHub lets pass: nothing to do")),
        ("failure", "2 of 12 tests", ("failure", "failure: 2 of 12 tests")),
        ("timed_out", "", ("failure", "timed out")),
        ("cancelled", "", ("failure", "cancelled")),
        ("action_required", "", ("failure", "action required")),
        ("stale", "", ("failure", "stale")),
        ("queued", "", ("pending", "queued")),
        ("in_progress", "half of them", ("pending", "half of them")),
    ],
)
def test_check_runs_are_told_like_statuses(world: World, state: str, title: str, told: tuple[str, str]) -> None:
    head = world.commit("feature-x")
    world.report_check(head, "ci/tests", state, title)
    world.set_status(head, "ci/build", "success", "")
    found = world.host.statuses(head)
    assert set(found) == {"ci/build", "ci/tests"}
    assert (found["ci/tests"].state, found["ci/tests"].description) == told


def test_the_latest_check_run_of_a_name_counts(world: World) -> None:
    head = world.commit("feature-x")
    for state in ("failure", "queued", "success"):
        world.report_check(head, "ci/tests", state, "")
    assert world.host.statuses(head)["ci/tests"].state == "success"


@pytest.mark.parametrize(("status", "run"), [("success", "failure"), ("failure", "success"), ("success", "queued")])
def test_of_a_status_and_a_check_run_with_one_name_the_worse_is_told(world: World, status: str, run: str) -> None:
    head = world.commit("feature-x")
    world.set_status(head, "ci/tests", status, "")
    world.report_check(head, "ci/tests", run, "")
    assert world.host.statuses(head)["ci/tests"].state == ("pending" if run == "queued" else "failure")


def test_all_check_runs_are_read_however_many_there_are(world: World) -> None:
    head = world.commit("feature-x")
    names = {f"ci/{number}" for number in range(130)}
    for name in names:
        world.report_check(head, name, "success", "")
    assert set(world.host.statuses(head)) == names


def test_what_a_branch_asks_for_is_told_whether_protection_or_ruleset_says_so(world: World) -> None:
    world.commit("Feature/ä#1")
    assert world.host.required_contexts("master") == ()
    world.protect("master", "ci/build", "qa/sign-off")
    assert set(world.host.required_contexts("master")) == {"ci/build", "qa/sign-off"}
    assert world.host.required_contexts("Feature/ä#1") == ()


def test_a_branch_that_is_not_there_asks_for_nothing_that_could_be_told(world: World) -> None:
    with pytest.raises(UnknownRef):
        world.host.required_contexts("nothing")


def test_a_comparison_counts_both_ways(world: World) -> None:
    before = world.head("master")
    world.commit("feature-x", count=3)
    world.commit("master", count=2)
    found = world.host.compare("master", "feature-x")
    assert (found.base, found.head, found.ahead_by, found.behind_by) == ("master", "feature-x", 3, 2)
    assert "compare/master...feature-x" in found.url
    same = world.host.compare(before, before)
    assert (same.ahead_by, same.behind_by) == (0, 0)


def test_a_comparison_tells_who_wrote_what_is_new_each_once_and_in_order(world: World) -> None:
    world.add_person("mia", "mia@example.com")
    world.commit_as("master", "Somebody Else", "else@example.com")
    for name, email in [("Mia Lund", "mia@example.com"), ("Noah", "noah@example.com"), ("Mia Lund", "mia@example.com")]:
        world.commit_as("feature-x", name, email)
    assert world.host.compare("master", "feature-x").authors == (
        Author("mia", "Mia Lund", "mia@example.com"),
        Author(None, "Noah", "noah@example.com"),
    )
    assert world.host.compare("feature-x", "master").authors == ()


def test_all_authors_are_told_however_many_commits_there_are(world: World) -> None:
    world.commit_as("feature-x", "Mia", "mia@example.com")
    world.commit("feature-x", count=260)
    world.commit_as("feature-x", "Noah", "noah@example.com")
    names = [author.name for author in world.host.compare("master", "feature-x").authors]
    assert (names[0], names[-1], len(names)) == ("Mia", "Noah", 3)


@pytest.mark.parametrize(("base", "head"), [("master", A_COMMIT_OF_NOBODY), (A_COMMIT_OF_NOBODY, "master")])
def test_a_comparison_with_what_is_not_there_names_it(world: World, base: str, head: str) -> None:
    with pytest.raises(UnknownRef) as refused:
        world.host.compare(base, head)
    assert refused.value.ref == A_COMMIT_OF_NOBODY


@pytest.mark.parametrize("pull", [True, False])
def test_a_merge_brings_the_commit_to_the_branch(world: World, pull: bool) -> None:
    world.commit("feature/x", count=2)
    world.commit("master")
    if pull:
        world.open_pull("feature/x", "A change")
    revision = world.host.resolve("feature/x")
    merged = world.host.merge(revision, "master", "Ship it")
    assert merged == world.head("master")
    assert world.host.compare("master", revision.commit).ahead_by == 0


@pytest.mark.parametrize("pull", [True, False])
def test_a_merge_that_is_asked_for_again_is_done_once(world: World, pull: bool) -> None:
    world.commit("feature-x")
    if pull:
        world.open_pull("feature-x", "A change")
    revision = world.host.resolve("feature-x")
    merged = world.host.merge(revision, "master", "Ship it")
    assert world.host.merge(revision, "master", "Ship it") == merged
    assert world.head("master") == merged


def test_a_pull_request_that_has_moved_on_is_not_merged(world: World) -> None:
    world.commit("feature-x")
    world.open_pull("feature-x", "A change")
    revision = world.host.resolve("feature-x")
    world.commit("feature-x")
    before = world.head("master")
    with pytest.raises(MergeRefused, match="Head branch was modified"):
        world.host.merge(revision, "master", "Ship it")
    assert world.head("master") == before


def test_of_a_branch_that_has_moved_on_only_the_commit_is_merged(world: World) -> None:
    world.commit("feature-x")
    revision = world.host.resolve("feature-x")
    world.commit("feature-x", count=2)
    world.host.merge(revision, "master", "Ship it")
    assert world.host.compare("master", "feature-x").ahead_by == 2


@pytest.mark.parametrize("pull", [True, False])
def test_a_conflict_is_refused_in_one_line_and_changes_nothing(world: World, pull: bool) -> None:
    world.conflict("feature-x")
    if pull:
        world.open_pull("feature-x", "A change")
    before = world.head("master")
    with pytest.raises(MergeRefused) as refused:
        world.host.merge(world.host.resolve("feature-x"), "master", "Ship it")
    assert refused.value.reason
    assert "\n" not in refused.value.reason
    assert world.head("master") == before


def merged(world: World, branch: str, *, pull: bool) -> Revision:
    """What was merged of a new branch with two commits."""
    world.commit(branch, count=2)
    if pull:
        world.open_pull(branch, "A change")
    revision = world.host.resolve(branch)
    world.host.merge(revision, "master", "Ship it")
    return revision


@pytest.mark.parametrize("pull", [True, False])
def test_a_merge_is_taken_back_in_a_pull_request(world: World, pull: bool) -> None:
    revision = merged(world, "feature-x", pull=pull)
    before = world.head("master")
    opened = world.host.revert(revision, "master", "Revert: a change", "It was slow.")
    assert opened is not None
    assert (opened.title, opened.base) == ("Revert: a change", "master")
    assert opened.url.endswith(f"/pull/{opened.number}")
    assert world.host.resolve(f"#{opened.number}").pull == opened
    assert world.host.compare("master", f"{world.host.resolve(f'#{opened.number}').commit}").ahead_by == 1
    assert world.head("master") == before


def test_a_merge_that_is_taken_back_again_has_one_pull_request(world: World) -> None:
    revision = merged(world, "feature-x", pull=True)
    opened = world.host.revert(revision, "master", "Revert: a change", "It was slow.")
    assert world.host.revert(revision, "master", "Revert: a change", "It was slow.") == opened
    world.commit("master")
    assert world.host.revert(revision, "master", "Revert: a change", "It was slow.") == opened


def test_a_merge_that_was_taken_back_has_the_pull_request_that_did_it(world: World) -> None:
    revision = merged(world, "feature-x", pull=True)
    opened = world.host.revert(revision, "master", "Revert: a change", "It was slow.")
    assert opened is not None
    world.merge_pull(opened.number)
    assert world.host.revert(revision, "master", "Revert: a change", "It was slow.") == opened


def test_a_pull_request_that_somebody_has_closed_is_followed_by_another(world: World) -> None:
    revision = merged(world, "feature-x", pull=False)
    first = world.host.revert(revision, "master", "Revert: a change", "It was slow.")
    assert first is not None
    world.close_pull(first.number)
    second = world.host.revert(revision, "master", "Revert: a change", "It was slow.")
    assert second is not None
    assert second.number > first.number
    assert world.host.revert(revision, "master", "Revert: a change", "It was slow.") == second


def test_what_no_merge_has_brought_is_not_taken_back(world: World) -> None:
    world.commit("master")
    assert world.host.revert(world.host.resolve("master"), "master", "Revert it", "") is None
    world.commit("feature-x")
    world.open_pull("feature-x", "A change")
    assert world.host.revert(world.host.resolve("feature-x"), "master", "Revert it", "") is None


def test_somebody_may_push_or_may_not(world: World) -> None:
    world.add_person("mia", "mia@example.com")
    world.add_person("noah", "noah@example.com", may_push=False)
    assert world.host.may_push("mia")
    assert world.host.may_push("Mia")
    assert not world.host.may_push("noah")


@pytest.mark.parametrize("login", ["nobody-of-this-name", "../../user", ""])
def test_nobody_may_not_push(world: World, login: str) -> None:
    assert not world.host.may_push(login)


def test_who_is_in_a_team(world: World) -> None:
    for login in ("Mia", "noah", "anna"):
        world.add_person(login, f"{login}@example.com")
    world.make_team("acme/ops", "Mia", "noah")
    assert world.host.team("acme/ops") == world.host.team("Acme/Ops") == {"mia", "noah"}
    world.make_team("acme/nobody")
    assert world.host.team("acme/nobody") == set()


def test_a_team_that_is_not_shown_is_not_an_empty_one(world: World) -> None:
    with pytest.raises(Unavailable, match="there is no team acme/unheard-of"):
        world.host.team("acme/unheard-of")


def test_a_login_is_found_by_exactly_its_e_mail_address(world: World) -> None:
    world.add_person("mia", "mia@example.com")
    world.add_person("anna-mia", "anna-mia@example.com")
    assert world.host.login_of("mia@example.com") == "mia"
    assert world.host.login_of("Mia@Example.com") == "mia"
    assert world.host.login_of("anna-mia@example.com") == "anna-mia"


@pytest.mark.parametrize(
    "email", ["nobody@example.com", "example.com", "@", "", "mia@example.com in:login", 'x" OR "@y']
)
def test_an_address_of_nobody_finds_nobody(world: World, email: str) -> None:
    world.add_person("mia", "mia@example.com")
    assert world.host.login_of(email) is None
