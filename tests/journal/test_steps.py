from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, insert, inspect, select, text

from shippy.errors import JournalFailed
from shippy.journal.steps import STEPS, Step, bring_up_to_date, schema_steps
from shippy.journal.tables import entries
from tests.fakes.clock import NOON


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as open_connection:
        yield open_connection
    engine.dispose()


def add_mood(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE entries ADD COLUMN mood TEXT"))


def versions(connection: Connection) -> list[int]:
    return list(connection.scalars(select(schema_steps.c.version)))


def test_a_new_journal_takes_every_step(connection: Connection) -> None:
    bring_up_to_date(connection, NOON)
    assert versions(connection) == list(range(1, len(STEPS) + 1))
    assert connection.scalar(select(schema_steps.c.at)) == NOON


def test_an_older_journal_takes_only_the_steps_it_lacks_and_keeps_its_entries(connection: Connection) -> None:
    steps: tuple[Step, ...] = (*STEPS, add_mood)
    bring_up_to_date(connection, NOON)
    connection.execute(insert(entries).values(at=NOON, kind="committed", ends=True, payload="{}"))
    for _ in range(2):
        bring_up_to_date(connection, NOON, steps)
        assert versions(connection) == list(range(1, len(steps) + 1))
    assert "mood" in {column["name"] for column in inspect(connection).get_columns("entries")}
    assert connection.scalar(select(entries.c.kind)) == "committed"


def test_a_journal_of_a_newer_version_is_refused(connection: Connection) -> None:
    bring_up_to_date(connection, NOON, (*STEPS, add_mood))
    with pytest.raises(JournalFailed) as failed:
        bring_up_to_date(connection, NOON)
    newer, known = len(STEPS) + 1, len(STEPS)
    assert failed.value.why == f"written by a newer shippy (version {newer} of the tables; this one knows {known})"
