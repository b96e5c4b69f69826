"""How the config says when nothing is to be shipped, and what it says of a mistake."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from shippy.config.freezing import EXPECTED, Freeze
from shippy.errors import ConfigInvalid
from shippy.model import Once, Weekly
from tests.config.test_loading import RIGHT, loaded


def freeze(folder: Path, section: str) -> Freeze:
    return loaded(folder / "shippy.yml", f"{RIGHT}\n    checks: {{freeze: {section}}}\n").apps["web"].checks.freeze


def once(begins: str, ends: str) -> Once:
    return Once(datetime.fromisoformat(begins), datetime.fromisoformat(ends))


@pytest.mark.parametrize(
    ("written", "windows"),
    [
        ("Fri 15:00 - Mon 08:00", [Weekly(4, time(15), 0, time(8))]),
        ("fri 15:00-FRI 18:30", [Weekly(4, time(15), 4, time(18, 30))]),
        ("2026-12-24", [once("2026-12-24", "2026-12-25")]),
        ('"2026-12-24"', [once("2026-12-24", "2026-12-25")]),
        ("2026-12-24 - 2026-12-26", [once("2026-12-24", "2026-12-27")]),
        ("2026-12-24 12:00 \u2013 2026-12-26", [once("2026-12-24 12:00", "2026-12-27")]),
        ("2026-12-24 12:00 - 2026-12-24 18:00", [once("2026-12-24 12:00", "2026-12-24 18:00")]),
        (
            "[2026-05-01, Sat 00:00 - Mon 00:00]",
            [once("2026-05-01", "2026-05-02"), Weekly(5, time(0), 0, time(0))],
        ),
    ],
)
def test_a_time_is_every_week_or_once(tmp_path: Path, written: str, windows: list[Weekly | Once]) -> None:
    found = freeze(tmp_path, f"{{zone: Europe/Berlin, windows: {{it: {written}}}}}")
    assert (found.zone, found.windows) == ("Europe/Berlin", {"it": tuple(windows)})


@pytest.mark.parametrize(
    "written",
    [
        "Friday 15:00 - Mon 08:00",
        "Fri 15:00",
        "Fri 25:00 - Mon 08:00",
        "Fri 15:00 - Fri 15:00",
        '"2026-13-01"',
        "2026-12-24 12:00",
        "2026-12-26 - 2026-12-24",
        "[]",
        "7",
        "null",
    ],
)
def test_what_is_no_time_is_told_with_some_that_are(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigInvalid) as invalid:
        freeze(tmp_path, f"{{windows: {{it: {written}}}}}")
    (problem,) = invalid.value.problems
    assert (problem.path, problem.expected) == ("apps.web.checks.freeze.windows.it", EXPECTED)


def test_a_date_that_there_is_not_is_a_mistake_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as invalid:
        freeze(tmp_path, "{windows: {it: 2026-02-30}}")
    (problem,) = invalid.value.problems
    assert problem.expected == "only dates and numbers that there are, or quotes around what is neither"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berln", 'a time zone, such as "Europe/Berlin"; did you mean Europe/Berlin?'),
        ("../../etc/passwd", 'a time zone, such as "Europe/Berlin"'),
    ],
)
def test_a_zone_that_is_not_there_is_told_with_one_that_is(tmp_path: Path, zone: str, expected: str) -> None:
    with pytest.raises(ConfigInvalid) as invalid:
        freeze(tmp_path, f"{{zone: {zone}}}")
    (problem,) = invalid.value.problems
    assert (problem.path, problem.expected) == ("apps.web.checks.freeze.zone", expected)


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        (
            "{approvals: {needed: 2, by: [dana]}}",
            "approvals",
            "at most as many approvals as there are people in by, which is 1",
        ),
        ("{paths: {db: {files: [], approved_by: [dana]}}}", "paths.db.files", "at least one"),
        ("{paths: {db: {files: [a], approved_by: []}}}", "paths.db.approved_by", "at least one"),
        (
            "{paths: {db: {files: [/a], approved_by: [dana]}}}",
            "paths.db.files.0",
            'a path or a pattern from the root of the repository, such as "migrations/**" or "*.sql"',
        ),
        ("{size: 0}", "size", "at least 1"),
    ],
)
def test_mistakes_about_reviews_and_files_are_told_in_words(
    tmp_path: Path, section: str, path: str, expected: str
) -> None:
    with pytest.raises(ConfigInvalid) as invalid:
        loaded(tmp_path / "shippy.yml", f"{RIGHT}\n    checks: {section}\n")
    (problem,) = invalid.value.problems
    assert (problem.path, problem.expected) == (f"apps.web.checks.{path}", expected)
