"""After a commit: how long it can be undone, what an undo does, and what it leaves to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shippy.model import Deploy, Live, Slot
from shippy.sentences.leaving import REVERTING_PULL
from tests.chat.card.scenes import (
    COMMITTED,
    ENDED,
    REVERT,
    UNDOING,
    UNDONE,
    WARM,
    buttons,
    drawn,
    words,
)

BACK = "*`99887766` has 100 % of the traffic again.*"
UNLOCK = "then `shippy unlock`."


def test_as_long_as_the_old_containers_are_warm_it_is_told_until_when_and_what_undo_would_do() -> None:
    until = "<!date^1767270420^{time}|2026-01-01 12:27 UTC>"
    assert f"stay warm until {until}: *Undo* puts all traffic back on `99887766`." in words(drawn(WARM))
    assert "`shippy undo` puts all traffic back" in words(drawn(WARM, interactive=False))


def test_a_time_that_is_not_soon_has_its_day() -> None:
    said = words(drawn(WARM, warm_until=ENDED + timedelta(days=2)))
    assert "until <!date^1767442320^{date_short_pretty} at {time}|2026-01-03 12:12 UTC>" in said


def test_once_they_go_the_message_says_so_and_undo_is_no_longer_offered() -> None:
    retiring = replace(WARM, retiring=True)
    gone = replace(retiring, drained=True)
    assert "The old containers finish what they are doing and are removed." in words(drawn(retiring))
    assert "The old containers are gone." in words(drawn(gone))
    for deploy in (retiring, gone):
        assert "Undo" not in words(drawn(deploy))
        assert buttons(drawn(deploy)) == {}


def test_nothing_is_claimed_of_containers_that_may_be_there() -> None:
    for deploy in (replace(COMMITTED, left=("the containers on web1",)), replace(COMMITTED, live=Live(Slot.BLUE))):
        assert "gone" not in words(drawn(deploy))
    assert "old containers" not in words(drawn(WARM, warm_until=ENDED))


def test_who_undoes_it_and_what_becomes_of_the_traffic_is_seen_while_it_is_done() -> None:
    said = words(drawn(UNDOING))
    assert "*dana* shipped `green-button`" in said
    assert "*kim* undoes it: the cart is empty.\nAll traffic goes back to `99887766`." in said
    back = words(drawn(replace(UNDOING, swapped=False)))
    assert f"{BACK} The merge is being reverted; what was undone finishes what it is doing" in back
    assert "pull/13|#13> reverts the merge;" in words(drawn(replace(UNDOING, swapped=False, revert=REVERT)))


def test_what_is_not_taken_back_is_not_shown_while_it_is_undone() -> None:
    said = words(drawn(replace(UNDOING, drift="master has 1 commit that is not live")))
    for part in ("Watch out", "hosts up", "10.0.0.5", "▰"):
        assert part not in said


def test_an_undone_deploy_tells_what_is_live_and_how_ships_are_unlocked() -> None:
    said = words(drawn(replace(UNDONE, revert=REVERT)))
    assert "*kim* has undone it: the cart is empty." in said
    assert BACK in said
    link = "<https://github.example.com/acme/web/pull/13|#13>"
    assert f"🔒 Ships are locked: merge {link}, the revert, {UNLOCK}" in said


def without_a_pull(*left: str) -> Deploy:
    return replace(UNDONE, left=left)


def test_without_a_pull_request_the_main_branch_is_left_to_people() -> None:
    refused = words(drawn(without_a_pull(REVERTING_PULL)))
    assert "⚠️ No pull request could be opened that reverts the merge." in refused
    assert f"🔒 Ships are locked: take it out of the main branch by hand, {UNLOCK}" in refused
    assert "Left for later" not in refused
    assert BACK in refused
    nothing = words(drawn(without_a_pull()))
    assert "GitHub had no merge to revert, so put the main branch right, " in nothing
    for said in (refused, nothing):
        assert UNLOCK in said


def test_where_traffic_may_not_be_back_everywhere_nothing_is_claimed_about_it() -> None:
    said = words(drawn(without_a_pull(REVERTING_PULL, "the traffic on lb1")))
    assert BACK not in said
    assert "⚠️ Left for later: the traffic on lb1. The next deploy puts it right" in said
