"""A card asks for a second person where one is needed, and offers nothing that would be refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shippy.model import NONE, Approval, ApprovalReason, Deploy, Owner, Rule
from tests.chat.card.scenes import (
    COMMITTED,
    DANA,
    ENDED,
    FULL,
    KIM,
    LEE,
    ROLLING,
    STARTED,
    UNMERGED,
    VERIFYING,
    buttons,
    drawn,
    words,
)

FILES = ApprovalReason(Rule.PATHS, "it changes migrations/<7>.sql")
AT_ONCE = ApprovalReason(Rule.AT_ONCE, "it would go from 0 % to 100 % in one step")


def asked(deploy: Deploy, *reasons: ApprovalReason) -> Deploy:
    return replace(deploy, approval=Approval(reasons or (FILES,), STARTED))


def approved(deploy: Deploy, hours: float = 1.0) -> Deploy:
    until = ENDED + timedelta(hours=hours)
    return replace(deploy, approval=Approval((FILES,), STARTED, KIM, None, deploy.commit, STARTED, until))


@pytest.mark.parametrize(
    ("deploy", "offered"),
    [
        (VERIFYING, ["approve", "abort", "takeover"]),
        (ROLLING, ["rollout_0", "approve", "abort", "takeover"]),
        (FULL, ["rollout_0", "approve", "abort", "takeover"]),
        (UNMERGED, ["approve", "abort", "takeover"]),
    ],
)
def test_what_would_be_refused_is_not_offered_but_to_approve_is(deploy: Deploy, offered: list[str]) -> None:
    made = drawn(asked(deploy))
    assert list(buttons(made)) == offered
    assert "🔏 *Somebody else has to approve it:* it changes migrations/&lt;7&gt;.sql" in words(made)


def test_once_it_is_approved_the_card_says_by_whom_and_offers_the_rest() -> None:
    made = drawn(approved(ROLLING))
    assert list(buttons(made)) == list(buttons(drawn(ROLLING)))
    assert "🔏 Approved by *kim* until <!date" in words(made)


def test_what_does_not_hold_any_more_is_asked_for_again() -> None:
    over = approved(ROLLING, hours=0)
    taken = replace(approved(ROLLING), owner=KIM, former=(Owner(DANA),))
    for deploy in (over, taken):
        made = drawn(deploy)
        assert "approve" in buttons(made)
        assert "commit" not in buttons(made)
        assert "what *kim* has approved does not hold any more" in words(made)
    assert "approve" not in buttons(drawn(replace(approved(ROLLING), owner=LEE)))


def test_a_step_that_needs_somebody_leaves_the_other_steps_to_be_offered() -> None:
    at_none = replace(ROLLING, share=NONE)
    assert "approve" in buttons(drawn(asked(at_none, AT_ONCE)))
    assert {"rollout_5", "commit"} <= buttons(drawn(asked(at_none, AT_ONCE))).keys()
    assert "approve" not in buttons(drawn(asked(ROLLING, AT_ONCE)))


def test_a_deploy_that_has_ended_asks_for_nobody() -> None:
    made = drawn(asked(COMMITTED))
    assert "approve" not in buttons(made)
    assert "has to approve" not in words(made)


def test_many_long_reasons_fit() -> None:
    drawn(asked(ROLLING, *(ApprovalReason(Rule.PATHS, "<&>" * 400) for _ in range(30))))
