"""The journal's tables as they are today; shippy.journal.steps leads there."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps no zone, so it is put back when a time is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 SQLAlchemy's signature
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 as above
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    # SQLite numbers rows by itself only in a column that is exactly INTEGER.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("deploy", String(64)),
    Column("app", String(64)),
    Column("request", String(128)),
    Column("kind", String(64), nullable=False),
    Column("ends", Boolean, nullable=False),
    Column("payload", Text, nullable=False),
    # The token under which its daemon had the lease; 0: written before there were any.
    Column("token", BigInteger, nullable=False, server_default="0"),
    Index("entries_of_deploy", "deploy"),
    Index("entries_of_request", "request"),
    Index("entries_of_kind", "kind", "app"),
    sqlite_autoincrement=True,
)

# The right to write, as one row. Whoever takes it raises the token, which is unique so that PostgreSQL takes that for a
# change of the row's key: it waits for appends, which hold the key, while a renewal of `until` does not.
lease = Table(
    "lease",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("token", BigInteger, nullable=False, unique=True),
    Column("session", String(32)),
    Column("host", String(255)),
    Column("process", Integer),
    Column("control", String(255)),
    Column("until", UtcTime),
)
