"""What an older shippy has written is read, and gone on with."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect

from shippy.events import Committed, Started
from shippy.journal import open_journal
from shippy.journal.steps import STEPS, bring_up_to_date
from shippy.journal.tables import metadata
from tests.fakes.clock import NOON
from tests.journal.events import started
from tests.journal.versions import FILES, LIVE, SECOND, lay

versions = pytest.mark.parametrize("version", FILES, ids=lambda file: file.stem)


def test_there_is_a_journal_of_each_version() -> None:
    assert [file.name for file in FILES] == [f"version_{number}.sql" for number in range(1, len(STEPS) + 1)]


@versions
def test_a_journal_of_an_older_version_has_all_that_was_in_it(version: Path, tmp_path: Path) -> None:
    with closing(open_journal(lay(version, tmp_path))) as journal:
        assert journal.recent(5, "web") == [SECOND, LIVE]
        assert journal.unfinished() == []
        for deploy in (LIVE, SECOND):
            first, *_, last = [entry.event for entry in journal.of_deploy(deploy)]
            assert isinstance(first, Started)
            assert isinstance(last, Committed)
        swap = journal.last_swap("web")
        assert swap is not None
        assert swap.event.deploy == SECOND  # type: ignore[union-attr] # it is a Swapped
        assert journal.handled("C1/1.1")
        assert len(journal.of_locks()) == 5


@versions
def test_a_journal_of_an_older_version_is_gone_on_with(version: Path, tmp_path: Path) -> None:
    url = lay(version, tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        (last,) = connection.execute("SELECT max(number) FROM entries").fetchone()
    with closing(open_journal(url)) as journal:
        written = journal.append(started("d1"))
    assert written.number == last + 1
    with closing(open_journal(url)) as journal:
        assert journal.unfinished() == ["d1"]
        assert journal.last() == written


@versions
def test_the_steps_lead_from_each_version_to_the_tables_of_today(version: Path, tmp_path: Path) -> None:
    older = create_engine(lay(version, tmp_path))
    new, today = create_engine(f"sqlite:///{tmp_path}/new.db"), create_engine(f"sqlite:///{tmp_path}/today.db")
    for engine in (older, new):
        with engine.begin() as connection:
            bring_up_to_date(connection, NOON)
    metadata.create_all(today)
    shapes = [shape(engine) for engine in (older, new, today)]
    for engine in (older, new, today):
        engine.dispose()
    assert shapes[0] == shapes[1] == shapes[2]


def shape(engine: Engine) -> dict[str, Any]:
    """Each table's columns and indexes."""
    inspector = inspect(engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            sorted((str(index["name"]), index["column_names"]) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
    }
