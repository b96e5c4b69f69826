"""The deploy locks: one running deploy a lock, held from before its first side effect until after its last."""

from __future__ import annotations

from collections.abc import Iterator

from shippy.deploys.session import Session
from shippy.errors import LockHeld


class Locks:
    """Which session holds which lock. The journal holds the same: a restarted daemon takes them again from there."""

    def __init__(self) -> None:
        self._held: dict[str, Session] = {}

    def check(self, lock: str) -> None:
        """Raises LockHeld, with the deploy that holds it."""
        holder = self._held.get(lock)
        if holder is not None:
            raise LockHeld(lock, holder.deploy)

    def take(self, session: Session) -> None:
        """Hold the session's lock until `release`. Raises LockHeld."""
        self.check(session.deploy.lock)
        self._held[session.deploy.lock] = session

    def release(self, session: Session) -> None:
        if self._held.get(session.deploy.lock) is session:
            del self._held[session.deploy.lock]

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._held.values()))
