"""Transactions on the journal's database, and what it says when one fails."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

import gevent
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shippy.errors import JournalFailed

# How long a greenlet waits for another program that has the file of a SQLite journal locked (a backup, say), and how
# often it looks. SQLite would wait by itself, but outside of Python, and the whole daemon with it.
BUSY_SECONDS = 2.0
LOOK_SECONDS = 0.02

T = TypeVar("T")


def transacted(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Do something in a transaction of its own; while a SQLite file is locked, again and again.

    Raises:
        JournalFailed: nothing of it is done.
    """
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            if not _is_locked(error) or time.monotonic() > patience:
                raise JournalFailed(one_line(error)) from error
        gevent.sleep(LOOK_SECONDS)


def one_line(error: Exception) -> str:
    """What a database has said, without SQLAlchemy's words around it."""
    told = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return " ".join(str(told).split())


def _is_locked(error: SQLAlchemyError) -> bool:
    told = error.orig if isinstance(error, DBAPIError) else None
    # An extended code has the code that it belongs to in its lowest byte: https://www.sqlite.org/rescode.html
    return isinstance(told, sqlite3.Error) and told.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
