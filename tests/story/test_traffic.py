"""A short form of what `make traffic` measures, at a whole world."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from playground.traffic.report import BEGIN, END, Table, write
from playground.traffic.shares import wilson

ROOT = Path(__file__).parents[2]
SECONDS = 240


@pytest.mark.timeout(SECONDS + 30)
def test_losses_times_and_a_verdict_are_as_promised() -> None:
    # Shares are measured by the story, and by tests/integration.
    parts = [word for part in ("lives", "times", "verdicts") for word in ("--part", part)]
    command = [sys.executable, "-m", "playground.traffic", "--short", *parts]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "not kept: nothing." in told.stdout


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # By hand, from the formula, with z = 3.2905.
    [(0, 100, 0.0, 9.77), (100, 100, 90.23, 100.0), (50, 100, 34.37, 65.63)],
)
def test_an_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count, 0.999) == pytest.approx((low, high), abs=0.005)


def test_a_promise_that_was_not_kept_is_seen_in_its_table() -> None:
    table = Table("Shares", ("asked",))
    table.add("25 %", kept=True)
    assert table.kept
    table.add("50 %", kept=False)
    assert not table.kept


def test_tables_replace_those_of_their_title_and_leave_the_others(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\n### Old\n\nold\n\n### New\n\nold\n{END}\nafter\n")
    write(page, [Table("New", ("asked",), [("1 %", "yes")])])
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert text.count("### Old\n\nold") == 1
    assert text.count("### New") == 1
    assert "| 1 %   | yes  |" in text
