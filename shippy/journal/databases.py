"""The databases that a journal can be on, and how each is connected to."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from shippy.errors import JournalFailed
from shippy.journal.transactions import BUSY_SECONDS, one_line

# How long a greenlet waits for its turn at the one connection.
TURN_SECONDS = 10.0

# https://www.postgresql.org/docs/current/libpq-connect.html: what is in the URL itself goes before these. The server
# ends a statement, a wait for a lock and a transaction in which nothing happens; TCP ends a connection that is silent.
POSTGRES: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
    "options": "-c statement_timeout=4000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=3000",
}


# Others would keep every greenlet waiting for an answer that is for one; psycopg waits by way of gevent.
DRIVERS = frozenset({("sqlite", "pysqlite"), ("postgresql", "psycopg")})

SECRETS = frozenset({"password", "sslpassword"})
"""What of a URL's settings is never shown."""


def parsed(url: str) -> URL:
    """Raises JournalFailed where it is no URL of a database."""
    try:
        return make_url(url)
    except SQLAlchemyError as error:
        raise JournalFailed("the journal's URL cannot be read; sqlite:////var/lib/shippy/journal.db is one") from error


def shown(url: URL) -> str:
    """The URL without its passwords."""
    query = {key: "***" if key in SECRETS else value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)


def file_of(url: URL) -> Path | None:
    """The file of a SQLite journal; None for another database."""
    named = is_sqlite(url) and url.database not in {None, "", ":memory:"}
    return Path(str(url.database)) if named else None


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def new_session() -> str:
    """A name under which a daemon's connections to PostgreSQL are found among those of others."""
    return f"shippy {secrets.token_hex(8)}"


def engine_for(url: URL, session: str = "", *, kept: bool = True) -> Engine:
    """The way to a database: one connection, at which greenlets take turns.

    Args:
        session: what the connections to a PostgreSQL are called there.
        kept: whether the connection is kept; if not, each transaction has its own, and a SQLite file is left as it is.

    Raises:
        JournalFailed: there is no driver for it, or it is of a kind that a journal cannot be on.
    """
    try:
        engine = _made(url, session, kept=kept)
    except (SQLAlchemyError, ImportError) as error:
        raise JournalFailed(one_line(error)) from error
    if (engine.dialect.name, engine.dialect.driver) not in DRIVERS:
        driver = f"{engine.dialect.name}+{engine.dialect.driver}"
        raise JournalFailed(f"a journal is on sqlite or postgresql+psycopg, and not on {driver}")
    return engine


def _made(url: URL, session: str, *, kept: bool) -> Engine:
    if not is_sqlite(url):
        settings = {key: value for key, value in POSTGRES.items() if key not in url.query}
        named = {"application_name": session} if session else {}
        # Nothing is prepared on the server: what stands between here and there may be a pool of connections.
        arguments = {**settings, **named, "prepare_threshold": None} if url.get_backend_name() == "postgresql" else {}
        return _pooled(url, arguments) if kept else create_engine(url, poolclass=NullPool, connect_args=arguments)
    if not kept:
        return create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    engine = _pooled(url, {"timeout": 0})
    event.listen(engine, "connect", _set_up_sqlite)
    # Not as a listener, because of which SQLAlchemy would look for others in each of its steps, a quarter of an entry.
    # Its types have a method here, and not what an instance has of it.
    engine.dialect.do_begin = _begin  # type: ignore[assignment, method-assign]
    return engine


def _pooled(url: URL, arguments: dict[str, Any]) -> Engine:
    """Without a ping before each use: whoever asks asks again where the connection turns out to be lost."""
    return create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=TURN_SECONDS, connect_args=arguments
    )


def _set_up_sqlite(connection: Any, _: Any) -> None:
    # Python's sqlite3 would open transactions by itself, and not for changes of tables; _begin does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # KiB of pages that SQLite keeps, beside what the system keeps: 2 MB, its own choice, make nothing faster here.
    connection.execute("PRAGMA cache_size = -512")


def _begin(connection: Any) -> None:
    connection.execute("BEGIN")
