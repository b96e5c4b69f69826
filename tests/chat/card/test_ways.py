"""A card tells of an override and of waiting, as long as they matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shippy.model import CheckResult, Level, Phase, Verdict
from tests.chat.card.scenes import (
    BUILT,
    CHECKING,
    COMMITTED,
    ENDED,
    PREPARING,
    REFUSED,
    ROLLING,
    UNSIGNED,
    drawn,
    words,
)

SKIPPED = replace(UNSIGNED, level=Level.SKIPPABLE, skipped=True)
WAITING = replace(
    CHECKING, checks=(BUILT, UNSIGNED), when_green=True, waiting_until=ENDED.replace(minute=30) + timedelta(hours=1)
)


def test_an_override_is_there_with_its_reason_and_what_it_skips_until_the_end_and_after() -> None:
    for deploy in (CHECKING, ROLLING, COMMITTED):
        shown = words(drawn(replace(deploy, override="a <hotfix>.", checks=(BUILT, SKIPPED))))
        assert "⏩ *Past the checks:* a &lt;hotfix&gt;. Skipped: qa/sign-off." in shown


def test_an_override_that_has_skipped_nothing_is_told_all_the_same() -> None:
    shown = words(drawn(replace(ROLLING, override="a hotfix", checks=(BUILT,))))
    assert "⏩ *Past the checks:* a hotfix.\n" in shown + "\n"
    assert "Skipped" not in shown


def test_a_card_says_what_is_waited_for_and_until_when_and_how_to_stop_it() -> None:
    shown = words(drawn(WAITING))
    assert "🔍 Waiting for the checks · web" in shown
    assert "⏳ *Waiting* for qa/sign-off, until " in shown
    assert "The lock is held; *Abort* stops it." in shown


def test_waiting_is_over_once_it_goes_on_or_ends() -> None:
    for phase in (Phase.PREPARING, Phase.REFUSED):
        over = replace(PREPARING, phase=phase, waiting_until=WAITING.waiting_until, ended=ENDED)
        assert "*Waiting*" not in words(drawn(over))


def test_a_refusal_tells_where_the_image_is_by_now() -> None:
    shown = words(drawn(replace(REFUSED, pulled=("web1", "web2"))))
    assert "The lock is free. The image is on web1 and web2 by now." in shown


def test_many_checks_with_long_names_stay_within_what_slack_takes() -> None:
    many = tuple(CheckResult("n" * 300, Verdict.PENDING, "", level=Level.SKIPPABLE, skipped=True) for _ in range(300))
    drawn(replace(CHECKING, override="r" * 3000, checks=many, waiting_until=WAITING.waiting_until))
    drawn(replace(REFUSED, pulled=tuple(f"web{number}" for number in range(300))))
