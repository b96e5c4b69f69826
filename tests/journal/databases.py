"""A journal's database that nobody has used, on the tests' PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from playground.machine.postgres import Postgres

DATABASE = "postgres"


def emptied(postgres: Postgres) -> str:
    """The URL of a database without a table."""
    ask(postgres, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return postgres.url(DATABASE)


def ask(postgres: Postgres, *statements: str) -> Sequence[Any]:
    """Run statements, as somebody at the database's own command line; returns the rows that the last of them gives."""
    engine = create_engine(postgres.url(DATABASE), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        return results[-1].all() if results[-1].returns_rows else []
