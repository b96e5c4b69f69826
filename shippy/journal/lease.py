"""The lease: the one row that tells which daemon may write to a journal on PostgreSQL, and until when.

All times in it are the database's. A token is given once: each taking of the lease raises it, in SQLite's journals too,
where the lock beside the file plays the lease's part.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, DateTime, bindparam, cast, func, or_, select, text, update
from sqlalchemy import Interval as SqlInterval

from shippy.journal.tables import lease

LEASE_SECONDS = 3.0
"""For so long nobody else takes the lease once it was taken or renewed."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A daemon; `control` is its local socket."""

    host: str
    process: int
    control: str = ""

    def __str__(self) -> str:
        """ "process 12 on web1"."""
        return f"process {self.process} on {self.host}"


@dataclass(frozen=True, slots=True)
class Sight:
    """The lease at one moment; `over` tells that its time is, and nobody's is over where it was let go."""

    token: int
    session: str | None
    holder: Holder | None
    until: datetime | None
    over: bool


def this_process(control: str = "") -> Holder:
    return Holder(socket.gethostname(), os.getpid(), control)


def raised(connection: Connection) -> int:
    """A new token for whoever has the journal already. Returns it."""
    change = update(lease).values(token=lease.c.token + 1)
    return int(connection.execute(change.returning(lease.c.token)).scalar_one())


def seen(connection: Connection) -> Sight:
    row = connection.execute(select(*lease.c, _is_over().label("over"))).one()
    holder = Holder(row.host or "?", row.process or 0, row.control or "") if row.until else None
    return Sight(row.token, row.session, holder, row.until, row.over)


def taken(connection: Connection, sight: Sight, session: str, holder: Holder, seconds: float) -> int | None:
    """Take the lease as it was seen, if its time is over; returns the new token, or None where somebody else has it."""
    change = (
        update(lease)
        .where(lease.c.token == sight.token, _is_over())
        .values(
            token=lease.c.token + 1,
            session=session,
            host=holder.host[:255],
            process=holder.process,
            control=holder.control[:255],
            until=_in(seconds),
        )
    )
    return connection.execute(change.returning(lease.c.token)).scalar_one_or_none()


def renewed(connection: Connection, token: int, seconds: float) -> bool:
    """Whether the lease was still held under this token; it is for so many seconds more then."""
    change = update(lease).where(lease.c.token == token).values(until=_in(seconds))
    return connection.execute(change.returning(lease.c.token)).scalar_one_or_none() is not None


def let_go(connection: Connection, token: int) -> None:
    """Let the next one have it at once."""
    connection.execute(update(lease).where(lease.c.token == token).values(until=None, session=None))


def end_sessions(connection: Connection, session: str) -> int:
    """End the connections of an earlier holder, one that hangs in the middle of a transaction too; returns how many.

    PostgreSQL lets a role do that to its own connections.
    """
    ended = connection.scalars(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = :session AND usename = current_user AND pid <> pg_backend_pid()"
        ),
        {"session": session},
    )
    return sum(bool(one) for one in ended)


def _is_over() -> ColumnElement[bool]:
    return or_(lease.c.until.is_(None), lease.c.until < _now())


def _now() -> ColumnElement[datetime]:
    """The time now, and not that at which the transaction began, which now() is in PostgreSQL."""
    return func.clock_timestamp(type_=DateTime(timezone=True))


def _in(seconds: float) -> ColumnElement[datetime]:
    return _now() + cast(bindparam("lasting", timedelta(seconds=seconds)), SqlInterval())
