"""What every part of the benchmark tells: a figure of shippy's beside its floor, in one row of one table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

HEAD = "| | shippy | floor | ratio | wanted | beside it, as multiples of the floor |\n|---|---:|---:|---:|---:|---|"

rows_option = click.option(
    "--rows", type=click.Path(path_type=Path), help="Leave the rows of the one table in this file."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured, in a unit of which less is better (a rate is told as the time that one takes).

    Attributes:
        what: what was done, so that somebody could do it again: "ship → VIP, 3 hosts, p50".
        took: what shippy took, or needed.
        unit: of `took`, `floor` and `others`: "s", "ms", "µs an event", "MB", "% of a core".
        floor: the least that any program could take for the same, measured in the same run; None where there is none.
        floor_is: what the floor is, in words.
        wanted: the most that the ratio to the floor may be, or, without a floor, the most that `took` may be.
        others: what other programs took for the same in the same run, by their names.
    """

    what: str
    took: float
    unit: str
    floor: float | None = None
    floor_is: str = ""
    wanted: float | None = None
    others: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.took / self.floor if self.floor else None

    @property
    def kept(self) -> bool:
        """Whether it is what is wanted; true where nothing is."""
        figure = self.took if self.ratio is None else self.ratio
        return self.wanted is None or figure <= self.wanted


def table(rows: Sequence[Row]) -> str:
    return "\n".join([HEAD, *map(_line, rows)])


def save(rows: Sequence[Row], file: Path | None) -> None:
    """Leave the rows of one part to whoever makes the one table of all parts, if anybody does."""
    if file is not None:
        file.write_text(json.dumps([asdict(row) for row in rows]))


def load(file: Path) -> list[Row]:
    return [Row(**row) for row in json.loads(file.read_text())]


def _line(row: Row) -> str:
    floor = f"{_short(row.floor)} {row.unit} ({row.floor_is})" if row.floor else ""
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
    others = ", ".join(f"{name} {_beside(took, row)}" for name, took in row.others.items())
    return f"| {row.what} | {_short(row.took)} {row.unit} | {floor} | {ratio} | {_wanted(row)} | {others} |"


def _beside(took: float, row: Row) -> str:
    return f"{took / row.floor:.2f}" if row.floor else f"{_short(took)} {row.unit}"


def _wanted(row: Row) -> str:
    if row.wanted is None:
        return ""
    most = f"≤ {row.wanted:g}" if row.ratio is not None else f"≤ {row.wanted:g} {row.unit}"
    return most if row.kept else f"**{most}**"


def _short(figure: float) -> str:
    """Three digits that count: 0.0123, 4.56, 789, 12345."""
    return f"{figure:.3g}" if figure < 1000 else f"{figure:.0f}"  # noqa: PLR2004 - from here on no digit is a fraction
