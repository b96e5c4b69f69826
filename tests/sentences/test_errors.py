"""Every error has words: what happened, and what to type next."""

from __future__ import annotations

import pytest

from shippy import errors
from shippy.errors import Refused, ShippyError
from shippy.model import Phase
from shippy.sentences import explain, render
from shippy.sentences.advice import advise, next_step
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import RUNNING, SAMPLES, kinds_of

EVERY = [error for samples in SAMPLES.values() for error in samples]


def name_of(error: ShippyError) -> str:
    return type(error).__name__


@pytest.mark.parametrize("kind", kinds_of())
def test_every_error_of_the_tree_has_a_sample_here(kind: type[ShippyError]) -> None:
    assert SAMPLES[kind]


@pytest.mark.parametrize("error", EVERY, ids=name_of)
def test_an_error_has_words_of_its_own_and_not_its_fields(error: ShippyError) -> None:
    cause = explain(error)
    assert cause != str(error)
    assert not cause.endswith(".") or isinstance(error, errors.MergeRefused), "it also stands in other sentences"
    keep_the_rules(render(error, bot=BOT))


@pytest.mark.parametrize("error", EVERY, ids=name_of)
def test_what_is_answered_begins_with_a_capital_and_ends(error: ShippyError) -> None:
    text = render(error, bot=BOT)
    first = text.split()[0]
    assert not first.isalpha() or first[0].isupper()
    assert text.endswith((".", "?"))


@pytest.mark.parametrize("error", [error for error in EVERY if isinstance(error, Refused)], ids=name_of)
def test_what_a_person_can_put_right_says_the_next_step(error: ShippyError) -> None:
    assert advise(error, BOT)


@pytest.mark.parametrize("phase", Phase)
def test_a_deploy_that_is_not_over_has_a_next_step(phase: Phase) -> None:
    assert bool(next_step(phase, BOT)) is not phase.ended


def test_a_held_lock_names_who_what_since_when_and_how_far() -> None:
    assert render(errors.LockHeld("production", RUNNING), bot=BOT) == (
        "The lock production is held by dana, who is shipping feature-x at 9f8e7d6c to web "
        "(rolling, 25 % of the traffic, since 2026-01-01 12:00 UTC). `hal status` shows how far that has come, "
        "`hal join` waits for it."
    )


def test_an_unknown_ref_names_those_that_are_near_it_in_the_journal_too() -> None:
    error = errors.UnknownRef("feture-x", ("feature-x", "feature-y"))
    assert explain(error) == 'there is no branch, pull request or commit "feture-x"; near it: feature-x and feature-y'


def test_blocking_checks_are_named_each_with_its_verdict_and_those_that_passed_are_not() -> None:
    (blocked, _) = SAMPLES[errors.ChecksBlocked]
    assert explain(blocked).splitlines() == [
        "2 of 3 checks are in the way:",
        "… qa/sign-off: pending, nothing has reported this status yet",
        "? up to date: unreadable, GitHub is not available: no answer within 10 s",
    ]


def test_a_change_that_was_refused_says_whether_any_balancer_has_it() -> None:
    whole, stuck = (explain(error) for error in SAMPLES[errors.BalancersRefused])
    assert whole == (
        "the change was refused by lb1 (no such backend) and lb2 (connection refused), so no balancer has it"
    )
    assert stuck == "the change was refused by lb1 (no such backend), and lb2 and lb3 could not be put back yet"


def test_who_may_is_named_to_who_may_not() -> None:
    error = errors.NotAllowed("ship", ("dana", "kim"), ("@deployers",))
    assert render(error, bot=BOT) == "This needs the right to ship. Ask one of these: @deployers, dana and kim."


def test_of_many_who_may_only_the_first_are_named() -> None:
    error = errors.NotAllowed("ship", tuple(f"p{number}" for number in range(40)), ("@deployers",))
    assert render(error, bot=BOT).endswith("@deployers, p0, p1, p2, p3, p4, p5, p6, p7, p8 and 31 more.")


def test_where_a_right_holds_is_told_to_who_uses_it_elsewhere() -> None:
    error = errors.NotHere("ship", ("#deploys", "#shop"))
    assert render(error, bot=BOT) == "The right to ship does not hold here. Type it in #deploys or #shop."


def test_who_cannot_push_is_told_by_the_login_that_was_looked_at() -> None:
    text = render(errors.MayNotPush("dana-gh", "acme/web"), bot=BOT)
    assert text.startswith("Only people who can push to acme/web can do this, and dana-gh cannot. Ask an admin")


def test_a_name_that_begins_a_sentence_is_not_capitalised() -> None:
    assert render(errors.Unavailable("lb1", "no answer"), bot=BOT).startswith("lb1 is not available: no answer.")


def test_a_wait_that_the_other_side_asked_for_is_told() -> None:
    error = errors.Unavailable("GitHub", "the rate limit is used up", retry_after=90.0)
    assert render(error, bot=BOT).endswith("Try again in 90 s.")


def test_a_long_text_is_not_thrown_back_whole() -> None:
    assert len(render(errors.NotUnderstood("x" * 5000, "that is too long"), bot=BOT)) < 200
