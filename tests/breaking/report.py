"""The table of all results, and its place in docs/reliability.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.breaking.running import Result

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- the table: make break writes it -->\n", "<!-- the end of the table -->\n"
HEADINGS = ("what happens", "command", "with", "cases", "converged", "lost", "strays", "longest")


@dataclass(frozen=True, slots=True)
class Row:
    family: str
    command: str
    fault: str
    cases: int
    converged: int
    lost: int
    strays: int
    longest: float

    @property
    def good(self) -> bool:
        return self.cases == self.converged and not self.lost and not self.strays

    @property
    def cells(self) -> tuple[str, ...]:
        numbers = (self.cases, self.converged, self.lost, self.strays)
        return (self.family, self.command, self.fault, *map(str, numbers), f"{self.longest:.1f} s")


def rows(results: Iterable[Result]) -> list[Row]:
    """One row for each kind of case, by families, in the order in which they were played first."""
    played = list(results)
    families = list(dict.fromkeys(result.case.family for result in played))
    ordered = sorted(played, key=lambda result: families.index(result.case.family))
    return [_row(list(group)) for _, group in groupby(ordered, lambda result: result.case.row)]


def _row(results: Sequence[Result]) -> Row:
    family, command, fault = results[0].case.row
    outcomes = [result.outcome for result in results]
    return Row(
        family,
        command,
        fault,
        cases=len(outcomes),
        converged=sum(outcome.converged for outcome in outcomes),
        lost=sum(outcome.lost.total() for outcome in outcomes),
        strays=sum(outcome.strays for outcome in outcomes),
        longest=max(outcome.seconds for outcome in outcomes),
    )


def total(parts: Sequence[Row]) -> Row:
    return Row(
        "all",
        "",
        "",
        cases=sum(row.cases for row in parts),
        converged=sum(row.converged for row in parts),
        lost=sum(row.lost for row in parts),
        strays=sum(row.strays for row in parts),
        longest=max((row.longest for row in parts), default=0.0),
    )


def table(parts: Sequence[Row]) -> str:
    """The rows and their sum, as Markdown that can be read as it is."""
    lines = [HEADINGS, *(row.cells for row in parts), total(parts).cells]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    rule = tuple("-" * width for width in widths)
    return "".join(_line(cells, widths) for cells in (HEADINGS, rule, *lines[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |\n"


def write(parts: Sequence[Row], how: str, page: Path = PAGE) -> None:
    """Put the table, and a line that says how it was made, between the marks of the page."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{how}\n\n{table(parts)}\n{END}{after}")
