"""What a message tells of branches that move on, and of a merge that is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.model import UP_TO_DATE, CheckResult, MergeRefusal, Verdict
from tests.chat.card.scenes import COMMITTED, ROLLING, UNMERGED, drawn, valid, words

HEAD = "feed" * 10
PROMISED = (CheckResult(UP_TO_DATE, Verdict.PASSED, ""),)


def test_a_later_push_and_a_moved_main_branch_are_pointed_out_as_long_as_the_deploy_runs() -> None:
    moved = replace(ROLLING, head=HEAD, main_ahead=2, checks=PROMISED)
    card = drawn(moved)
    valid(card)
    assert "has moved on to feedfeed, which is not part of this deploy" in words(card)
    assert "the main branch has 2 commits that this deploy does not have" in words(card)
    over = replace(COMMITTED, head=HEAD, main_ahead=2)
    assert "feedfeed" not in words(drawn(over))


def test_nothing_is_pointed_out_where_nothing_has_moved() -> None:
    assert "Watch out" not in words(drawn(replace(ROLLING, head=ROLLING.commit, main_ahead=0)))


@pytest.mark.parametrize("kind", [None, *MergeRefusal])
def test_an_unmerged_deploy_tells_its_way_out(kind: MergeRefusal | None) -> None:
    card = drawn(replace(UNMERGED, refusal=kind))
    valid(card)
    assert "*Abort* goes back" in words(card)


def test_what_cannot_be_merged_any_more_is_not_told_to_be_tried_again() -> None:
    assert "*Commit*" not in words(drawn(replace(UNMERGED, refusal=MergeRefusal.UNVERIFIED)))
    assert "*Commit* tries the merge again" in words(drawn(replace(UNMERGED, refusal=MergeRefusal.STATUS)))
