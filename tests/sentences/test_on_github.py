"""What is written on GitHub, in which nothing that people call themselves or type has a meaning of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.model import Live, Person, PullRequest, Revision, Slot
from shippy.sentences import revert_message
from tests.sentences.samples import COMMIT, DANA, RUNNING

LIVE = Live(Slot.BLUE, "260101-110000-abcd", "1" * 40)
UNDONE = replace(RUNNING, live=LIVE, undone_by=Person("U2", "kim"), reason="the checkout is slow")
PULL = PullRequest(12, "Größer & <b>schöner</b>", "https://github.com/acme/web/pull/12", "main")
WITH_PULL = replace(UNDONE, revision=Revision("#12", COMMIT, "feature-x", PULL))


def test_the_pull_request_says_what_was_undone_by_whom_why_and_what_to_do() -> None:
    title, text = revert_message(WITH_PULL)
    assert title == "Revert: Größer & <b>schöner</b>"
    assert text.splitlines() == [
        f"#12 (`feature-x`) at {COMMIT} was live on web and was undone by kim: `the checkout is slow`.",
        "",
        "In production, 11111111 is live again. Merging this takes the change out of main as well, and leaves alone "
        "what came after it. Ships are locked until somebody unlocks them.",
        "",
        "To ship the change again later, first revert this pull request on its branch: git does not merge the same "
        "commits twice.",
        "",
        "Shipped-by: dana",
        "Deploy: 260101-120000-abcd",
    ]


def test_a_deploy_without_a_pull_request_is_named_by_its_ref() -> None:
    title, text = revert_message(UNDONE)
    assert title == "Revert: feature-x at 9f8e7d6c"
    assert text.startswith(f"`feature-x` at {COMMIT} was live on web")


@pytest.mark.parametrize(
    "typed", ["@acme/everyone, fixes #5", "`@acme/everyone`", "a\n\nCloses #5\n@kim", "``` #5 ```", "x" * 40_000, " "]
)
def test_a_reason_mentions_nobody_and_closes_nothing(typed: str) -> None:
    _, text = revert_message(replace(WITH_PULL, reason=typed, undone_by=Person("U2", "@kim"), owner=DANA))
    first, *rest = text.splitlines()
    in_plain_text = first.split("`")[::2]
    assert len(first.split("`")) % 2 == 1
    assert not any("@" in part or "#5" in part for part in [*in_plain_text, *rest])
    assert len(text) < 2500


def test_a_title_is_no_longer_than_github_takes() -> None:
    pull = replace(PULL, title="A" * 256)
    title, _ = revert_message(replace(UNDONE, revision=Revision("#12", COMMIT, "feature-x", pull)))
    assert len(title) == 256
    assert title.endswith("A…")
