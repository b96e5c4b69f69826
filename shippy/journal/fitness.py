"""Whether a PostgreSQL database is fit for a journal; only asked, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

# What may not be off, and what may be lost where it is.
LASTING = {
    "fsync": "a crash of its machine may damage the journal",
    "synchronous_commit": "a crash may lose the last entries, on which acts have followed",
}


def unfit(connection: Connection, version: int) -> tuple[str, ...]:
    """What stands in the way of a daemon, each in a line; `version` is that of the journal's tables."""
    if connection.dialect.name != "postgresql":
        return ()
    return (*_cannot_be_written(connection, version), *_does_not_last(connection))


def _cannot_be_written(connection: Connection, version: int) -> Iterator[str]:
    if connection.scalar(text("SELECT pg_is_in_recovery()")):
        yield "this server is a replica, which cannot be written to: name the primary"
        return
    if not version:
        if not connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")):
            yield "its user may not make tables: GRANT CREATE ON SCHEMA public"
        return
    for table, rights in (("entries", "SELECT, INSERT"), ("lease", "SELECT, UPDATE")):
        for right in rights.split(", "):
            if not connection.scalar(text("SELECT has_table_privilege(:it, :right)"), {"it": table, "right": right}):
                yield f"its user may not {right} in {table}: GRANT {rights} ON {table}"


def _does_not_last(connection: Connection) -> Iterator[str]:
    for setting, lost in LASTING.items():
        if connection.scalar(text("SELECT current_setting(:it)"), {"it": setting}) == "off":
            yield f"{setting} is off there: {lost}"
