"""The table adds up, and finds its place in the page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.breaking.cases import Outcome
from tests.breaking.matrix import Case
from tests.breaking.report import BEGIN, END, rows, table, total, write
from tests.breaking.running import Result
from tests.breaking.stories import Point
from tests.breaking.truth import Disagreement
from tests.breaking.world import World


def result(family: str, seconds: float, lost: int = 0, problem: Disagreement | None = None) -> Result:
    def play(_: World) -> Outcome:
        return Outcome()

    outcome = Outcome(seconds, Counter(page=lost), [problem] if problem else [])
    return Result(Case(family, "ship", "", Point(1, "started"), play), outcome)


def test_a_row_adds_up_all_cases_of_its_kind() -> None:
    stray = Disagreement("web1 has a container of d1", stray=True)
    (row,) = rows([result("killed after", 1.0), result("killed after", 2.5, lost=3, problem=stray)])
    assert row.cells == ("killed after", "ship", "", "2", "1", "3", "1", "2.5 s")
    assert not row.good


def test_rows_are_by_families_in_the_order_in_which_these_were_played_first() -> None:
    played = [result("killed after", 1.0), result("aborted", 2.0), result("killed after", 3.0)]
    assert [(row.family, row.cases) for row in rows(played)] == [("killed after", 2), ("aborted", 1)]


def test_all_is_good_only_if_every_row_is() -> None:
    good, lossy = result("killed after", 1.0), result("aborted", 1.0, lost=1)
    assert total(rows([good])).good
    assert not total(rows([good, lossy])).good


def test_the_table_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(f"before\n{BEGIN}old\n{END}after\n")
    parts = rows([result("killed after", 1.0)])
    write(parts, "`make break`, 1 minutes.", page)
    assert page.read_text() == f"before\n{BEGIN}\n`make break`, 1 minutes.\n\n{table(parts)}\n{END}after\n"
