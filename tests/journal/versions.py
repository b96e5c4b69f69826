"""Journals as each version has left them: tests/journal/version_<n>.sql, one for each step of the tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FILES = sorted(Path(__file__).parent.glob("version_*.sql"), key=lambda file: int(file.stem.partition("_")[2]))

LIVE, SECOND = "260101-090000-0a1b2c3d", "260101-120000-4e5f6a7b"
"""The deploys of the story in each of them: one was made live; the second was merged at the second try."""


def lay(version: Path, folder: Path) -> str:
    """Make a journal of that version in a folder; returns its URL."""
    file = folder / "journal.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(version.read_text(encoding="utf-8"))
    return f"sqlite:///{file}"
