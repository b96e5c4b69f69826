"""docs/checks.md shows each check as it is, and its answers as they look in the chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from shippy.checks.table import CHECKS
from shippy.config.checks import Checks
from tests.checks.answers import ANSWERS, DOCUMENTED, answer, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "checks.md"


def test_the_document_has_the_table_as_the_checks_make_it() -> None:
    assert table() in DOCUMENT.read_text(), "python -m tests.checks.answers prints it"


def test_every_check_is_documented() -> None:
    assert list(DOCUMENTED) == list(CHECKS)
    assert set(DOCUMENTED) == set(Checks.built_in())


@pytest.mark.parametrize("key", DOCUMENTED)
def test_each_answer_is_the_one_that_its_column_says(key: str) -> None:
    for verdict in ANSWERS:
        found = answer(key, verdict)
        assert found is None or found.verdict is verdict
