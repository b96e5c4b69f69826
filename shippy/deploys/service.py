"""Every deploy begins, moves and ends here: the verbs that the commands call."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress

from gevent.lock import BoundedSemaphore

from shippy.deploys import aborting, committing, production, refs, retrying, rolling, shipping, state, undoing
from shippy.deploys.listening import Listeners
from shippy.deploys.locks import Locks
from shippy.deploys.notebook import Notebook
from shippy.deploys.people import SHIPPY
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.turns import WaitingRoom
from shippy.deploys.warm import WarmReleases
from shippy.errors import (
    AlreadyYours,
    JournalFailed,
    NothingWarm,
    Preempted,
    ShippyError,
    ShuttingDown,
    UnknownApp,
    WrongPhase,
)
from shippy.events import Announced, DeployRefused, Entry, Seen, Started, TakenOver
from shippy.model import Deploy, Live, Person, Phase, Place, Revision, Share
from shippy.ports import Clock, Journal, Listener
from shippy.sentences import explain

log = logging.getLogger(__name__)

Outcome = tuple[Entry, Deploy]
"""The entry that a verb ended with, and the deploy as it was then."""


class Deploys:
    """The deploys of all apps, one at a time a lock.

    Every verb returns when it is done. Once a deploy has begun, its end, a bad one too, is an entry and not an error.
    """

    def __init__(self, sites: Mapping[str, Site], journal: Journal, clock: Clock, listener: Listener) -> None:
        self.sites = sites
        self.locks = Locks()
        self.journal = journal
        self.clock = clock
        self.listener = Listeners(listener)
        self.warm = WarmReleases(clock)
        self._notebook = Notebook(journal, clock)
        self.waiting = WaitingRoom(journal.of_locks(), self._notebook, clock, self.listener, self.locks.holder)
        self._settled: dict[str, Session] = {}
        self._beginning = BoundedSemaphore(1)
        self._closing = False

    def site(self, app: str) -> Site:
        """The app of that name. Raises UnknownApp."""
        if app not in self.sites:
            raise UnknownApp(app, tuple(self.sites))
        return self.sites[app]

    def live(self, app: str) -> Live:
        return production.live(self.site(app), self.journal)

    def recent(self, count: int, app: str | None = None) -> tuple[Deploy, ...]:
        """The last deploys, newest first."""
        return tuple(state.folded(self.journal.of_deploy(deploy)) for deploy in self.journal.recent(count, app))

    def ship(
        self,
        app: str,
        ref: str,
        owner: Person,
        place: Place,
        login: str | None = None,
        *,
        override: str = "",
        when_green: bool = False,
    ) -> Outcome:
        """Take the lock and bring a ref to the VIP.

        Args:
            login: the owner's on GitHub.
            override: why checks that may be skipped are; empty: they are not.
            when_green: whether to wait for checks that are pending.

        Raises:
            LockHeld, ShipsClosed, NotYourTurn, JournalFailed: nothing has begun.
            UnknownRef, AmbiguousRef, ClosedPull, FromFork, NotOurCommit, Unavailable: neither has it; a ref that means
                nothing, or nothing that may be shipped, takes no lock.
            ShuttingDown: nothing has begun, or the next daemon goes on with it.
        """
        site = self.site(app)
        self._check_free(site, owner)
        revision = refs.resolve(site, self.journal, ref)
        session = self._begin(
            lambda deploy: Started(
                deploy, app, site.settings.lock, ref, owner, place, login, override=override, when_green=when_green
            )
        )
        try:
            session.step("the preparation", lambda: self._prepare(session, site, revision))
        except ShuttingDown:
            raise
        except Preempted:
            session.wait_for_abort()
        except ShippyError as error:
            self._give_up(session, site, explain(error))
        except Exception:
            # A bug must not leave the lock taken and containers behind; it is reported where the command is.
            self._give_up(session, site, "shippy ran into a bug, which its log tells about")
            raise
        return session.last, session.deploy

    def rollout(self, app: str, share: Share, by: Person) -> Outcome:
        """Raises NothingRunning, WrongPhase, StepInFlight, ApprovalMissing, BalancersRefused, Preempted."""
        site, session = self.site(app), self.locks.running(app, "rollout")
        work = lambda: rolling.roll(session, site, self.clock, share, by)  # noqa: E731 - it does not fit the call's line
        entry = session.step("rollout", work, entering=Phase.ROLLING)
        return entry, session.deploy

    def commit(self, app: str, by: Person) -> Outcome:
        """Raises NothingRunning, WrongPhase, StepInFlight, ApprovalMissing, BalancersRefused, Preempted."""
        site, session = self.site(app), self.locks.running(app, "commit")
        work = lambda: committing.commit(session, site, self.clock, by)  # noqa: E731 - it does not fit the call's line
        entry = session.step("commit", work, entering=Phase.COMMITTING)
        self.settle(session, site)
        return entry, session.deploy

    def retry(self, app: str, by: Person) -> Outcome:
        """Prepare the hosts that failed once more.

        Raises NothingRunning, NothingToRetry, WrongPhase, StepInFlight, BalancersRefused, Preempted.
        """
        site, session = self.site(app), self.locks.running(app, "retry")
        if session.deploy.phase not in {Phase.VERIFYING, Phase.ROLLING}:
            raise WrongPhase("retry", session.deploy.phase)
        entry = session.step("retry", lambda: retrying.retry(session, site, by))
        return entry, session.deploy

    def announced(self, deploy: str, message: Place) -> None:
        """A deploy has its message in the chat. A quick one may have ended before Slack had it."""
        running = (session for session in self.locks if session.deploy.id == deploy)
        session = next(running, None) or self.session_of(deploy)
        session.record(Announced(*session.key, message=message))

    def take_over(self, app: str, by: Person, reason: str, login: str | None = None) -> Outcome:
        """Make somebody else, who has this login on GitHub, the owner of the running deploy.

        Raises NothingRunning, AlreadyYours.
        """
        session = self.locks.running(app, "take over")
        if session.deploy.owner.id == by.id:
            raise AlreadyYours
        entry = session.record(TakenOver(*session.key, by, session.deploy.owner, reason, login))
        return entry, session.deploy

    def abort(self, app: str, by: Person, reason: str) -> Outcome:
        """Stop whatever the deploy is doing and take it back. A second abort waits for the first one's end.

        Raises:
            NothingRunning, TooLate.
        """
        site, session = self.site(app), self.locks.running(app, "abort")
        with session.preempting() as first:
            if first and not session.deploy.phase.ended:
                committing.find_merge(session, site)
                aborting.abort(session, site, self.clock, by, reason)
                self.settle(session, site)
        return session.last, session.deploy

    def undo(self, app: str, by: Person, reason: str) -> Outcome:
        """Take the last committed deploy back while the release before it is warm.

        Raises:
            NothingWarm, WarmIsDown, LockHeld: nothing has changed.
        """
        site, session = self.site(app), self.warm.take(app)
        if session is None:
            before = production.before(self.journal, app)
            raise NothingWarm(app, before, site.settings.traffic.warm)
        try:
            # Not while a deploy begins, which has looked whether it may and is being recorded.
            with self._beginning:
                self.locks.take_beside(session)
            session.step("undo", lambda: self._undo(session, site, by, reason))
        finally:
            if session.deploy.phase is Phase.COMMITTED:
                self.locks.release(session)
                self.warm.keep(session, site)
        self.settle(session, site)
        return session.last, session.deploy

    def session_of(self, deploy: str) -> Session:
        """A deploy of the journal, with the way to record more of it."""
        return Session(self.journal.of_deploy(deploy), self._notebook, self.listener)

    def latest(self, app: str) -> Session | None:
        """The deploy whose state the balancers should show: the last one whose preparation has begun."""
        running = (session for session in self.locks if session.deploy.app == app and session.deploy.slot)
        return next(running, self._settled.get(app))

    def remember(self, session: Session) -> None:
        """The app's balancers should show what this deploy has come to."""
        self._settled[session.deploy.app] = session

    def settle(self, session: Session, site: Site) -> None:
        """What is done last: the lock of a deploy that has ended is released, and what it left warm gets its time."""
        if not session.deploy.phase.ended:
            return
        self.locks.release(session)
        if session.deploy.slot:
            self.remember(session)
        if session.deploy.swapped and not session.deploy.drained:
            self.warm.keep(session, site)
        self.waiting.call_next(session.deploy.lock)
        with suppress(JournalFailed):
            self.catch_up()

    def seen(self, event: Seen) -> None:
        """Something was seen of an app beside its deploys. It is told even where the journal cannot take it."""
        try:
            entry = self._notebook.append(event)
        except JournalFailed:
            log.exception("not recorded: %s", event)
            entry = Entry(0, self.clock.now(), event)
        self.listener.heard_of_app(entry)

    def catch_up(self) -> None:
        """Record what the journal could not take when it happened. Raises JournalFailed where it still cannot."""
        self._notebook.catch_up()

    def suspend(self) -> None:
        """For a shutdown: no deploy begins any more, and the steps in flight stop; the journal tells how to go on."""
        self._closing = True
        for session in self.locks:
            session.suspend()

    def _check_free(self, site: Site, owner: Person) -> None:
        if self._closing:
            raise ShuttingDown
        self.locks.check(site.settings.lock, site.name)
        self.waiting.admit(site.settings.lock, owner)

    def _begin(self, of: Callable[[str], Started]) -> Session:
        """Begin the deploy that an id becomes."""
        with self._beginning:
            started = of(f"{self.clock.now():%y%m%d-%H%M%S}-{secrets.token_hex(4)}")
            self._check_free(self.site(started.app), started.owner)
            entry = self._notebook.append(started)
            session = Session([entry], self._notebook, self.listener)
            self.locks.take(session)
            self.waiting.enter(started.lock, started.owner)
        self.listener.heard(entry, session.deploy)
        return session

    def _prepare(self, session: Session, site: Site, revision: Revision) -> Entry:
        free_slot = lambda: self.warm.retire(site)  # noqa: E731 - it does not fit the call's line
        return shipping.ship(session, site, self.journal, self.clock, revision=revision, free_slot=free_slot)

    def _undo(self, session: Session, site: Site, by: Person, reason: str) -> Entry:
        return undoing.undo(session, site, self.clock, self.waiting, by=by, reason=reason)

    def _give_up(self, session: Session, site: Site, reason: str) -> None:
        """End a deploy whose preparation failed; somebody's abort may be doing so already."""
        with session.preempting() as first:
            if not first or session.deploy.phase.ended:
                return
            if session.deploy.phase is Phase.CHECKING:
                session.note(DeployRefused(*session.key, reason=reason))
            else:
                aborting.abort(session, site, self.clock, SHIPPY, reason, failing=True)
            self.settle(session, site)
