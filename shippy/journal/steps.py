"""The steps that bring a journal's tables from each version to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    text,
)

from shippy.errors import JournalFailed
from shippy.journal.tables import UtcTime, metadata

# A row for each step that was done; the highest is the version.
schema_steps = Table(
    "schema_steps",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
)

Step = Callable[[Connection], None]


def create_entries(connection: Connection) -> None:
    """Version 1. It has columns of its own, and not those of tables.py: they are what version 1 was for ever."""
    Table(
        "entries",
        MetaData(),
        # SQLite numbers rows by itself only in a column that is exactly INTEGER.
        Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("deploy", String(64)),
        Column("app", String(64)),
        Column("request", String(128)),
        Column("kind", String(64), nullable=False),
        Column("ends", Boolean, nullable=False),
        Column("payload", Text, nullable=False),
        Index("entries_of_deploy", "deploy"),
        Index("entries_of_request", "request"),
        Index("entries_of_kind", "kind", "app"),
        sqlite_autoincrement=True,
    ).create(connection)


def create_lease(connection: Connection) -> None:
    """Version 2: one daemon at a time has the lease, and every entry tells under which token it was written."""
    connection.execute(text("ALTER TABLE entries ADD COLUMN token BIGINT NOT NULL DEFAULT 0"))
    table = Table(
        "lease",
        MetaData(),
        Column("one", Integer, primary_key=True, autoincrement=False),
        Column("token", BigInteger, nullable=False, unique=True),
        Column("session", String(32)),
        Column("host", String(255)),
        Column("process", Integer),
        Column("control", String(255)),
        Column("until", DateTime(timezone=True)),
    )
    table.create(connection)
    connection.execute(insert(table).values(one=1, token=0))


# The step at index n leads from version n to n + 1. One that was released is never changed: what a later version needs
# otherwise is a step of its own, and tests/journal has a journal of each version to try it on.
STEPS: tuple[Step, ...] = (create_entries, create_lease)

LEASED = 2
"""The first version of the tables that has a lease."""


def version_of(connection: Connection) -> int:
    """The version of a journal's tables; 0 where there are none yet."""
    if not inspect(connection).has_table(schema_steps.name):
        return 0
    return connection.scalar(select(func.max(schema_steps.c.version))) or 0


def bring_up_to_date(connection: Connection, at: datetime, steps: Sequence[Step] = STEPS) -> None:
    """Do the steps that this journal has not seen yet, all of them in the connection's transaction.

    Raises:
        JournalFailed: a newer version of shippy wrote this journal.
    """
    schema_steps.create(connection, checkfirst=True)
    version = version_of(connection)
    if version > len(steps):
        raise JournalFailed(f"written by a newer shippy (version {version} of the tables; this one knows {len(steps)})")
    for index in range(version, len(steps)):
        steps[index](connection)
        connection.execute(insert(schema_steps).values(version=index + 1, at=at))
