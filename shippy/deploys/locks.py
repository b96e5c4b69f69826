"""The deploy locks: one running deploy a lock and an app, from before its first side effect until after its last."""

from __future__ import annotations

from collections.abc import Iterator

from shippy.deploys.session import Session
from shippy.errors import LockHeld, NothingRunning
from shippy.model import Deploy


class Locks:
    """Which session holds which lock. The journal holds the same: a restarted daemon takes them again from there."""

    def __init__(self) -> None:
        self._held: dict[str, Session] = {}
        self._beside: dict[str, Session] = {}

    def check(self, lock: str, app: str) -> None:
        """Raises LockHeld where a deploy of this app, under whatever lock, or another one under this lock runs."""
        for session in self:
            if session.deploy.lock == lock or session.deploy.app == app:
                raise LockHeld(session.deploy.lock, session.deploy)

    def take(self, session: Session) -> None:
        """Hold the session's lock until `release`. Raises LockHeld."""
        self.check(session.deploy.lock, session.deploy.app)
        self._held[session.deploy.lock] = session

    def take_beside(self, session: Session) -> None:
        """Hold the session's lock, or, where a deploy of another app has it, run beside that: an undo waits for nobody.

        Raises:
            LockHeld: a deploy of the same app runs.
        """
        for other in self:
            if other.deploy.app == session.deploy.app:
                raise LockHeld(other.deploy.lock, other.deploy)
        if session.deploy.lock in self._held:
            self._beside[session.deploy.app] = session
        else:
            self._held[session.deploy.lock] = session

    def release(self, session: Session) -> None:
        if self._beside.get(session.deploy.app) is session:
            del self._beside[session.deploy.app]
        if self._held.get(session.deploy.lock) is session:
            del self._held[session.deploy.lock]

    def running(self, app: str, verb: str) -> Session:
        """The running deploy of an app. Raises NothingRunning, naming the verb that wanted one."""
        for session in self:
            if session.deploy.app == app:
                return session
        raise NothingRunning(verb)

    def holder(self, lock: str) -> Deploy | None:
        """The running deploy that holds a lock, if one does."""
        session = self._held.get(lock)
        return session.deploy if session else None

    def busy(self, app: str) -> bool:
        """Whether a deploy of the app is changing its hosts or balancers at this moment, or is about to."""
        return any(session.at_work for session in self if session.deploy.app == app)

    def moves_traffic(self, app: str) -> bool:
        """Whether a deploy of the app may be changing its balancers at this moment."""
        return any(session.moves_traffic for session in self if session.deploy.app == app)

    def __iter__(self) -> Iterator[Session]:
        return iter((*self._held.values(), *self._beside.values()))
