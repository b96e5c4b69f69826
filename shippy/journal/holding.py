"""What a daemon knows of its own right to write, and what happens when it has lost it."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import NoReturn, Protocol

import gevent
from sqlalchemy import Connection, Engine

from shippy.errors import JournalFailed, LeaseLost
from shippy.journal.lease import LEASE_SECONDS, let_go, renewed
from shippy.journal.lock import JournalLock
from shippy.journal.transactions import transacted

log = logging.getLogger(__name__)

RENEW_EVERY = 1.0

AGAIN_SECONDS = 0.1
"""After a renewal that failed."""

LATE = "it could not be renewed in time"

MARGIN = 0.2
"""So much before the database's end of the lease its holder stops: two clocks do not run quite alike."""


def boot_time() -> float:
    """Seconds by a clock that nobody sets; where the system has such a one, it goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Guard(Protocol):
    """What ends a process whose lease is over."""

    def hold(self, seconds: float) -> None:
        """The lease surely holds for so long from now; the process must not outlive that."""

    def rest(self) -> None:
        """The lease was let go in peace."""

    def end(self, why: str) -> None:
        """End the process at once, without any further act. One that is not there to end it returns."""


class NoGuard:
    """For whoever looks at `LeaseLost` itself. Implements Guard."""

    def hold(self, seconds: float) -> None:
        """Nothing is done."""

    def rest(self) -> None:
        """Nothing is done."""

    def end(self, why: str) -> None:
        """Nothing is done."""


class Holding(Protocol):
    """The right to write, under its token."""

    token: int

    def check(self) -> None:
        """Raises LeaseLost where it does not surely hold now."""

    def left(self) -> float:
        """For how many seconds it surely holds."""

    def lost(self, why: str) -> NoReturn:
        """Raises LeaseLost, unless the process ends of it."""

    def release(self) -> None:
        """Let somebody else have it."""


class Locked:
    """The lock beside a SQLite file, which the kernel guards: it holds as long as the process does.

    A journal in memory has no such file, and nobody else can have it.
    """

    def __init__(self, token: int, lock: JournalLock | None, guard: Guard | None = None) -> None:
        self.token = token
        self._lock = lock
        self._guard = guard or NoGuard()

    def check(self) -> None:
        """It holds."""

    def left(self) -> float:
        return math.inf

    def lost(self, why: str) -> NoReturn:
        """It cannot be, but on a file system whose locks mean nothing."""
        self._guard.end(why)
        raise LeaseLost(why)

    def release(self) -> None:
        if self._lock:
            self._lock.release()


class Leased:
    """The lease in a database, renewed every second by a greenlet and a connection of its own.

    The time for which it surely holds is counted from before the database was asked for it, by a clock that also runs
    while the machine sleeps. Once it is over, nothing may be done any more, because another daemon may have begun to.
    A renewal that is not answered leaves time for another one, over another connection.

    Args:
        asked: when the database was asked for the lease that was taken, by `clock`.
    """

    def __init__(
        self,
        engine: Engine,
        token: int,
        *,
        asked: float,
        guard: Guard,
        seconds: float = LEASE_SECONDS,
        clock: Callable[[], float] = boot_time,
    ) -> None:
        self.token = token
        self._engine = engine
        self._guard = guard
        self._seconds = seconds
        self._every = min(RENEW_EVERY, seconds / 3)
        self._patience = (seconds - MARGIN - self._every - AGAIN_SECONDS) / 2
        self._clock = clock
        self._why = ""
        self._until = 0.0
        self._extend(asked)
        self._renewing = gevent.spawn(self._renew_for_ever)

    def check(self) -> None:
        if self._why or self.left() <= 0:
            self.lost(self._why or LATE)

    def left(self) -> float:
        return self._until - self._clock()

    def lost(self, why: str) -> NoReturn:
        self._why = why
        self._guard.end(why)
        raise LeaseLost(why)

    def release(self) -> None:
        self._renewing.kill()
        # Whoever lets go has done with acting, and may wait for an answer as long as it likes.
        self._guard.rest()
        try:
            if not self._why:
                transacted(self._engine, lambda connection: let_go(connection, self.token), self._seconds)
        except JournalFailed as error:
            log.warning("the lease of the journal runs out by itself, because it cannot be let go: %s", error.why)
        finally:
            self._why = "it was let go"
            self._engine.dispose()

    def _renew_for_ever(self) -> None:
        try:
            while True:
                gevent.sleep(self._every)
                self._renew()
        except LeaseLost as error:
            log.critical("the lease of the journal is lost: %s", error.why)

    def _renew(self) -> None:
        """Renew it, again and again until that succeeds. Raises LeaseLost."""
        while True:
            asked = self._clock()
            self.check()
            try:
                ours = transacted(self._engine, self._renewal, min(self._patience, self.left()))
                break
            except JournalFailed as error:
                log.warning("the lease of the journal could not be renewed just now: %s", error.why)
                gevent.sleep(AGAIN_SECONDS)
        if not ours:
            self.lost("another daemon has taken it")
        self._extend(asked)

    def _renewal(self, connection: Connection) -> bool:
        return renewed(connection, self.token, self._seconds)

    def _extend(self, asked: float) -> None:
        self._until = asked + self._seconds - MARGIN
        self._guard.hold(self.left())
