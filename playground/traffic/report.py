"""Rows of a table, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

BEGIN = "<!-- the tables: make traffic writes them -->"
END = "<!-- the end of the tables -->"
HEADING = "### "


@dataclass(frozen=True)
class Table:
    """What was measured of one thing. A row whose last cell is not "yes" is a promise that was not kept."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: object, kept: bool) -> None:
        self.rows.append((*map(str, cells), "yes" if kept else "NO"))

    @property
    def kept(self) -> bool:
        return all(row[-1] == "yes" for row in self.rows)

    def __str__(self) -> str:
        header = (*self.columns, "kept")
        widths = [max(map(len, column)) for column in zip(header, *self.rows, strict=True)]
        lines = [_line(row, widths) for row in (header, tuple("-" * width for width in widths), *self.rows)]
        return "\n".join([f"{HEADING}{self.title}", "", *lines])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def write(page: Path, tables: Sequence[Table]) -> None:
    """Put the tables between the two marks of a page; others that are there stay."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    there, _, after = rest.partition(END)
    shown = {section.partition("\n")[0]: section.strip() for section in there.split(HEADING) if section.strip()}
    shown |= {table.title: str(table).removeprefix(HEADING) for table in tables}
    sections = "\n\n".join(HEADING + section for section in shown.values())
    page.write_text(f"{before}{BEGIN}\n\n{sections}\n\n{END}{after}", encoding="utf-8")
