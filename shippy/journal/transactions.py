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

ANSWER_SECONDS = 5.0
"""What a database gets for the whole of a transaction, the way to it included."""

T = TypeVar("T")


class Doubtful(JournalFailed):
    """The connection was lost, or nothing came back: what was asked for may have been done, or be done yet."""


def transacted(engine: Engine, work: Callable[[Connection], T], seconds: float = ANSWER_SECONDS) -> T:
    """Do something in a transaction of its own; while a SQLite file is locked, again and again.

    Raises:
        Doubtful: whether it is done is not known.
        JournalFailed: nothing of it is done.
    """
    silence = gevent.Timeout(seconds)
    try:
        with silence:
            return _patiently(engine, work)
    except gevent.Timeout as over:
        if over is not silence:
            raise
        raise Doubtful(f"no answer within {seconds:g} s") from over


def asked(engine: Engine, work: Callable[[Connection], T], seconds: float = ANSWER_SECONDS) -> T:
    """Like `transacted`, for what may be done twice: where the connection was lost, it is done over another one.

    Raises:
        JournalFailed: no answer, from that one either.
    """
    try:
        return transacted(engine, work, seconds)
    except Doubtful:
        return transacted(engine, work, seconds)


def _patiently(engine: Engine, work: Callable[[Connection], T]) -> T:
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise Doubtful(one_line(error)) from error
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
