"""Every refusal of a merge has a sentence of its own and a way out, and what moves on is told with what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy import events
from shippy.errors import MergeRefused
from shippy.events import Entry, Event
from shippy.model import UP_TO_DATE, CheckResult, Deploy, MergeRefusal, Verdict
from shippy.sentences import explain, narrate
from shippy.sentences.advice import advise
from shippy.sentences.merging import moved_on, way_out
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import AT, RUNNING

KEY = (RUNNING.id, RUNNING.app)
HEAD = "feed" * 10
CHECKED = replace(RUNNING, checks=(CheckResult(UP_TO_DATE, Verdict.PASSED, ""),))
WORDS = "GitHub's own words"


def told(event: Event, deploy: Deploy) -> str:
    text = narrate(Entry(1, AT, event), deploy, bot=BOT, vip="http://vip:8001/", links={})
    assert text is not None
    return text


def test_every_refusal_has_a_sentence_of_its_own_with_githubs_words() -> None:
    sentences = {explain(MergeRefused(WORDS, kind)) for kind in MergeRefusal}
    assert len(sentences) == len(MergeRefusal)
    assert all(WORDS in sentence for sentence in sentences)


@pytest.mark.parametrize("kind", MergeRefusal)
def test_every_refusal_has_a_way_out_that_names_what_to_type(kind: MergeRefusal) -> None:
    text = way_out(kind, commit="`hal commit`", abort="`hal abort`")
    assert "`hal abort`" in text
    assert "{" not in text
    keep_the_rules(text)
    keep_the_rules(advise(MergeRefused(WORDS, kind), BOT))
    failed = events.MergeFailed(*KEY, explain(MergeRefused(WORDS, kind)), kind=kind)
    assert text in told(failed, RUNNING)


def test_a_later_push_is_told_as_not_part_of_the_deploy() -> None:
    text = told(events.HeadMoved(*KEY, HEAD), replace(RUNNING, head=HEAD))
    assert "The branch feature-x has moved on to feedfeed, which is not part of this deploy" in text
    back = events.HeadMoved(*KEY, RUNNING.commit or "")
    assert told(back, replace(RUNNING, head=RUNNING.commit)).startswith("The branch is back at ")


def test_a_moved_main_branch_is_told_with_the_way_out_where_it_stands_in_the_way() -> None:
    moved = events.MainMoved(*KEY, "master", 2)
    strict, lax = (told(moved, replace(deploy, main_ahead=2)) for deploy in (CHECKED, RUNNING))
    assert "By now master has 2 commits that this deploy does not have" in strict
    assert "`hal abort`" in strict
    assert "`hal abort`" not in lax
    for text in (strict, lax):
        keep_the_rules(text)
    keep_the_rules(told(events.MainMoved(*KEY, "master", 0), CHECKED))


def test_what_has_moved_on_is_on_the_message_as_long_as_it_has() -> None:
    assert moved_on(RUNNING) == ()
    assert len(moved_on(replace(CHECKED, head=HEAD, main_ahead=1))) == 2
    assert moved_on(replace(RUNNING, head=RUNNING.commit)) == ()
