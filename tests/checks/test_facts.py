"""What a check outside of shippy is told, and that docs/own-checks.md tells of it."""

from __future__ import annotations

import re
from pathlib import Path

from shippy.checks.facts import environment_of, facts_of, sentence_of
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost

DOCUMENT = Path(__file__).parents[2] / "docs" / "own-checks.md"


def test_the_document_has_every_field() -> None:
    code = FakeCodeHost()
    code.commit("feature-x")
    table = DOCUMENT.read_text(encoding="utf-8").partition("## What a check is told")[2].partition("Fields are only")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1] if row else "")}
    assert named == set(facts_of(subject_of(code)))


def test_what_is_nothing_is_no_variable_and_what_is_in_a_field_is_one_of_its_own() -> None:
    facts = {"app": "web", "pull": {"number": 12, "title": "A change"}, "branch": None}
    assert environment_of(facts) == {
        "SHIPPY_APP": "web",
        "SHIPPY_PULL_NUMBER": "12",
        "SHIPPY_PULL_TITLE": "A change",
    }


def test_a_sentence_is_one_line_and_not_too_long() -> None:
    assert sentence_of(" two\n\nlines ") == "two lines"
    assert len(sentence_of("x" * 1000)) == 300
