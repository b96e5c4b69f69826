"""Checks take one line when all is well, and a line each when they need somebody."""

from __future__ import annotations

from dataclasses import replace

from shippy.model import CheckResult, Level, Verdict
from tests.chat.card.scenes import BEHIND, BUILT, CHECKING, PREPARING, REFUSED, UNREAD, UNSIGNED, drawn, words


def test_while_they_run_the_card_says_so() -> None:
    assert "⏳ *Checks* are running" in words(drawn(CHECKING))


def test_all_passed_is_one_line_with_their_links() -> None:
    passed = replace(PREPARING, checks=(BUILT, replace(BEHIND, verdict=Verdict.PASSED)))
    assert "✅ *2 checks passed* · <https://ci.example.com/1|ci/build> · up to date\n" in words(drawn(passed))
    assert "✅ *1 check passed* · <https://ci.example.com/1|ci/build>\n" in words(drawn(PREPARING))


def test_each_that_has_not_passed_has_its_own_word_its_link_and_its_reason() -> None:
    said = words(drawn(replace(REFUSED, checks=(BUILT, UNSIGNED, BEHIND, UNREAD))))
    assert "⏳ *<https://qa.example.com/1|qa/sign-off>* pending: nobody has looked at it yet\n" in said
    assert "❌ *up to date* failed: behind master by 2 commits\n" in said
    assert "❔ *security* unreadable: GitHub did not answer\n" in said
    assert "✅ *1 passed* · <https://ci.example.com/1|ci/build>" in said


def test_what_does_not_stand_in_the_way_comes_last_and_says_why_not() -> None:
    advice = replace(BEHIND, name="size", level=Level.ADVICE)
    skipped = replace(UNSIGNED, level=Level.SKIPPABLE, skipped=True)
    said = words(drawn(replace(REFUSED, checks=(advice, skipped, BEHIND, replace(UNREAD, level=Level.SKIPPABLE)))))
    marks = ["❌ *up to date* failed: ", "❔ *security* unreadable (may be skipped): "]
    marks += ["💡 *size* failed (advice): ", "⏭️ *<https://qa.example.com/1|qa/sign-off>* pending (skipped): "]
    assert sorted(marks, key=said.index) == marks
    assert "2 of 4 checks are in the way." in said


def test_fifty_checks_are_counted_beyond_a_few() -> None:
    failing = tuple(CheckResult(f"check {number}", Verdict.FAILED, "no") for number in range(50))
    said = words(drawn(replace(REFUSED, checks=failing)))
    assert "check 7" in said
    assert "check 8" not in said
    assert "… and 42 more" in said
    passing = tuple(CheckResult(f"check {number}", Verdict.PASSED, "") for number in range(50))
    assert "*50 checks passed* · check 0 · check 1" in words(drawn(replace(PREPARING, checks=passing)))
    assert "check 7 · 42 more" in words(drawn(replace(PREPARING, checks=passing)))
