"""A card has the buttons that are possible now, and no other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shippy.model import NONE, Deploy, Level, Phase, Ramp, Share
from tests.chat.card.scenes import (
    ABORTED,
    ABORTING,
    BEHIND,
    BUILT,
    CHECKING,
    CLIMBING,
    COMMITTED,
    COMMITTING,
    ENDED,
    ENDPOINTS,
    FAILED,
    FULL,
    MERGE,
    PAUSED,
    PREPARING,
    REFUSED,
    ROLLING,
    STARTING,
    UNDOING,
    UNDONE,
    UNMERGED,
    UNREAD,
    UNSIGNED,
    VERIFYING,
    WARM,
    WEB3_FAILED,
    buttons,
    drawn,
    texts,
)

LACKING = replace(ROLLING, ready=ENDPOINTS[:2], setbacks=(WEB3_FAILED,))
SHARES = ["rollout_5", "rollout_10", "rollout_25", "rollout_50", "rollout_100"]


@pytest.mark.parametrize(
    ("deploy", "offered"),
    [
        (STARTING, ["abort", "takeover"]),
        (CHECKING, ["abort", "takeover"]),
        (PREPARING, ["abort", "takeover"]),
        (replace(PREPARING, setbacks=(WEB3_FAILED,)), ["abort", "takeover"]),
        (VERIFYING, [*SHARES, "commit", "abort", "takeover"]),
        (ROLLING, ["rollout_0", "rollout_50", "rollout_100", "commit", "abort", "takeover"]),
        (replace(ROLLING, share=NONE), [*SHARES, "commit", "abort", "takeover"]),
        (replace(ROLLING, share=Share(9950)), ["rollout_0", "rollout_100", "commit", "abort", "takeover"]),
        (FULL, ["rollout_0", "commit", "abort", "takeover"]),
        (LACKING, ["rollout_0", "rollout_50", "rollout_100", "commit", "retry", "abort", "takeover"]),
        (replace(LACKING, setbacks=()), ["abort", "takeover"]),
        (replace(ROLLING, share=Share.of_percent(1)), ["rollout_0", *SHARES[1:], "commit", "abort", "takeover"]),
        (CLIMBING, ["pause", "rollout_0", "rollout_50", "rollout_100", "commit", "abort", "takeover"]),
        (PAUSED, ["resume", "rollout_0", "rollout_50", "rollout_100", "commit", "abort", "takeover"]),
        (replace(CLIMBING, share=NONE), ["pause", *SHARES[1:], "commit", "abort", "takeover"]),
        (COMMITTING, ["abort", "takeover"]),
        (replace(COMMITTING, merged=MERGE), []),
        (UNMERGED, ["commit", "abort", "takeover"]),
        (ABORTING, []),
        (COMMITTED, []),
        (WARM, ["undo"]),
        (replace(WARM, retiring=True), []),
        (UNDOING, []),
        (UNDONE, []),
        (REFUSED, []),
        (FAILED, []),
        (ABORTED, []),
    ],
)
def test_what_is_possible_now_is_offered_and_only_that(deploy: Deploy, offered: list[str]) -> None:
    assert list(buttons(drawn(deploy))) == offered


def test_a_refusal_that_time_may_mend_offers_to_ship_once_it_is_green() -> None:
    pending = replace(REFUSED, checks=(BUILT, UNSIGNED))
    button = buttons(drawn(pending))["ship_when_green"]
    assert button["text"]["text"] == "Ship when green"
    assert json.loads(button["value"]) == {"command": "ship --wait green-button web", "deploy": pending.id}
    failed_may_be_skipped = replace(pending, checks=(*pending.checks, replace(BEHIND, level=Level.ADVICE)))
    assert list(buttons(drawn(failed_may_be_skipped))) == ["ship_when_green"]
    for others in ((BEHIND,), (UNREAD,), ()):
        assert "ship_when_green" not in buttons(drawn(replace(REFUSED, checks=(UNSIGNED, *others) if others else ())))


@pytest.mark.parametrize("until", [None, ENDED, ENDED - timedelta(minutes=1)])
def test_what_is_not_warm_cannot_be_undone(until: datetime | None) -> None:
    assert buttons(drawn(WARM, warm_until=until)) == {}


@pytest.mark.parametrize("deploy", [VERIFYING, ROLLING])
def test_the_new_containers_are_shown_to_ones_own_browser_where_balancers_can_do_that(deploy: Deploy) -> None:
    assert "verify" not in buttons(drawn(deploy))
    button = buttons(drawn(deploy, pins=True))["verify"]
    assert button["text"]["text"] == "Show me"
    assert json.loads(button["value"])["command"] == "verify"
    assert "verify" not in buttons(drawn(COMMITTING, pins=True))


@pytest.mark.parametrize("deploy", [COMMITTING, replace(COMMITTING, merged=MERGE)])
def test_a_commit_that_nobody_goes_on_with_can_be_tried_again_also_after_the_merge(deploy: Deploy) -> None:
    shown = buttons(drawn(deploy, stalled=True))
    assert shown["commit"]["text"]["text"] == "Commit again"
    assert ("abort" in shown) is (deploy.merged is None)
    assert "takeover" in shown


@pytest.mark.parametrize("share", [0, 1, 5, 25, 100, 9_950, 10_000])
@pytest.mark.parametrize("ramp", [None, CLIMBING.ramp, PAUSED.ramp])
@pytest.mark.parametrize("phase", [Phase.VERIFYING, Phase.ROLLING])
def test_no_row_has_more_buttons_than_fit_beside_each_other(phase: Phase, ramp: Ramp | None, share: int) -> None:
    made = drawn(replace(LACKING, phase=phase, share=Share(share), ramp=ramp), pins=True)
    assert max(len(block["elements"]) for block in made.blocks if block["type"] == "actions") <= 5


def test_a_chat_that_cannot_tell_of_a_press_gets_no_buttons() -> None:
    assert buttons(drawn(ROLLING, interactive=False)) == {}


@pytest.mark.parametrize(
    ("action", "command"),
    [
        ("rollout_0", "rollout 0"),
        ("rollout_50", "rollout 50"),
        ("rollout_100", "rollout 100"),
        ("commit", "commit"),
        ("retry", "retry"),
        ("abort", "abort"),
        ("takeover", "takeover from a button"),
    ],
)
def test_a_button_is_the_command_and_knows_its_deploy(action: str, command: str) -> None:
    value = json.loads(buttons(drawn(LACKING))[action]["value"])
    assert value == {"command": command, "deploy": "260101-120000-ab12"}


def test_blocks_and_buttons_keep_their_names_so_that_edits_leave_a_press_alone() -> None:
    rows = [block for block in drawn(ROLLING).blocks if block["type"] == "actions"]
    assert [row["block_id"] for row in rows] == ["shippy_shares", "shippy_deploy"]


def test_the_buttons_read_as_what_they_do() -> None:
    shown = {action: button["text"]["text"] for action, button in buttons(drawn(LACKING)).items()}
    assert shown["rollout_0"] == "Back to 0 %"
    assert shown["rollout_50"] == "50 %"
    assert shown["retry"] == "Retry failed hosts"
    assert buttons(drawn(UNMERGED))["commit"]["text"]["text"] == "Commit again"
    label = buttons(drawn(ROLLING))["rollout_50"]["accessibility_label"]
    assert label == "Send 50 % of the public traffic to the new containers"
    assert len(label) <= 75


def test_commit_stands_out_and_abort_warns() -> None:
    shown = buttons(drawn(ROLLING))
    assert {action: button.get("style") for action, button in shown.items() if "style" in button} == {
        "commit": "primary",
        "abort": "danger",
    }
    assert [action for action, button in shown.items() if "confirm" in button] == ["abort", "takeover"]


@pytest.mark.parametrize(
    ("deploy", "consequence"),
    [
        (CHECKING, "No container has been touched yet"),
        (PREPARING, "Live traffic is not touched"),
        (ROLLING, "All traffic goes back to `99887766`, and the new containers are removed."),
    ],
)
def test_an_abort_asks_first_and_says_what_it_does(deploy: Deploy, consequence: str) -> None:
    confirm = buttons(drawn(deploy))["abort"]["confirm"]
    assert consequence in confirm["text"]["text"]
    assert confirm["style"] == "danger"


def test_undoing_asks_first_and_says_what_it_does() -> None:
    button = buttons(drawn(WARM))["undo"]
    confirm = button["confirm"]
    assert "All traffic goes back to `99887766`, a pull request reverts the merge" in confirm["text"]["text"]
    assert button["style"] == confirm["style"] == "danger"
    assert json.loads(button["value"])["command"] == "undo"


def test_taking_over_asks_first_and_names_the_owner() -> None:
    assert "It becomes yours, and dana is told." in texts(buttons(drawn(ROLLING))["takeover"]["confirm"])
