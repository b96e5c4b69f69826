"""Every deploy begins, moves and ends here: the verbs that the commands call."""

from __future__ import annotations

from shippy.deploys import production, refs
from shippy.deploys.people import SHIPPY
from shippy.deploys.register import Register
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps import aborting, committing, retrying, rolling, shipping, undoing
from shippy.errors import (
    AlreadyYours,
    NothingWarm,
    Preempted,
    ShippyError,
    ShuttingDown,
    WrongPhase,
)
from shippy.events import DeployRefused, Entry, Started, TakenOver
from shippy.model import Deploy, Person, Phase, Place, Revision, Share
from shippy.sentences import explain

Outcome = tuple[Entry, Deploy]
"""The entry that a verb ended with, and the deploy as it was then."""


class Deploys(Register):
    """The deploys of all apps, one at a time a lock.

    Every verb returns when it is done. Once a deploy has begun, its end, a bad one too, is an entry and not an error.
    """

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
        self.check_free(site, owner)
        revision = refs.resolve(site, self.journal, ref)
        session = self.begin(
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
            with self.beginning:
                self.locks.take_beside(session)
            session.step("undo", lambda: self._undo(session, site, by, reason))
        finally:
            if session.deploy.phase is Phase.COMMITTED:
                self.locks.release(session)
                self.warm.keep(session, site)
        self.settle(session, site)
        return session.last, session.deploy

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
