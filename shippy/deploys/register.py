"""What runs, what is live, and what is recorded: the ground on which the verbs of shippy.deploys.service stand."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress

from gevent.lock import BoundedSemaphore

from shippy.deploys import production, state
from shippy.deploys.listening import Listeners
from shippy.deploys.locks import Locks
from shippy.deploys.notebook import Notebook
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.turns import WaitingRoom
from shippy.deploys.warm import WarmReleases
from shippy.deploys.watch.troubles import Standing
from shippy.errors import (
    JournalFailed,
    ShuttingDown,
    UnknownApp,
)
from shippy.events import Announced, Drifted, Entry, Seen, Started
from shippy.model import Deploy, Live, Person, Place, Prefetched
from shippy.ports import Clock, Journal, Listener

log = logging.getLogger(__name__)


class Register:
    """The deploys of all apps, one at a time a lock, with everything that they share.

    `prefetched` has what the hosts of each app should have ahead; an app is not in it before GitHub has told.
    `wrong` has what is not as it should be on the hosts and balancers of each.
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
        self.prefetched: dict[str, tuple[Prefetched, ...]] = {}
        self.wrong = {app: Standing(self.told(site)) for app, site in sites.items()}
        self._settled: dict[str, Session] = {}
        self.beginning = BoundedSemaphore(1)
        self._closing = False

    def site(self, app: str) -> Site:
        """The app of that name. Raises UnknownApp."""
        if app not in self.sites:
            raise UnknownApp(app, tuple(self.sites))
        return self.sites[app]

    def told(self, site: Site) -> list[Entry]:
        """What was seen of an app by earlier daemons, oldest first, of the hosts and balancers that it still has."""
        there = {*site.fleet.hosts, *site.balancers.names}
        entries = self.journal.of_app(site.name)
        return [entry for entry in entries if not isinstance(entry.event, Drifted) or entry.event.name in there]

    def live(self, app: str) -> Live:
        return production.live(self.site(app), self.journal)

    def recent(self, count: int, app: str | None = None) -> tuple[Deploy, ...]:
        """The last deploys, newest first."""
        return tuple(state.folded(self.journal.of_deploy(deploy)) for deploy in self.journal.recent(count, app))

    def announced(self, deploy: str, message: Place) -> None:
        """A deploy has its message in the chat. A quick one may have ended before Slack had it."""
        running = (session for session in self.locks if session.deploy.id == deploy)
        session = next(running, None) or self.session_of(deploy)
        session.record(Announced(*session.key, message=message))

    def session_of(self, deploy: str) -> Session:
        """A deploy of the journal, with the way to record more of it."""
        return Session(self.journal.of_deploy(deploy), self._notebook, self.listener)

    def latest(self, app: str) -> Session | None:
        """The deploy whose state the balancers should show: the last one whose preparation has begun."""
        running = (session for session in self.locks if session.deploy.app == app and session.deploy.slot)
        return next(running, self._settled.get(app))

    @property
    def at_work(self) -> bool:
        """Whether any deploy does something on hosts or balancers just now, or is about to."""
        return any(session.at_work for session in self.locks)

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
        self.wrong[event.app].hear(event)
        self.listener.heard_of_app(entry)

    def catch_up(self) -> None:
        """Record what the journal could not take when it happened. Raises JournalFailed where it still cannot."""
        self._notebook.catch_up()

    def suspend(self) -> None:
        """For a shutdown: no deploy begins any more, and the steps in flight stop; the journal tells how to go on."""
        self._closing = True
        for session in self.locks:
            session.suspend()

    def check_free(self, site: Site, owner: Person) -> None:
        """Raises LockHeld, ShipsClosed, NotYourTurn or ShuttingDown where somebody may not begin a deploy now."""
        if self._closing:
            raise ShuttingDown
        self.locks.check(site.settings.lock, site.name)
        self.waiting.admit(site.settings.lock, owner)

    def begin(self, of: Callable[[str], Started]) -> Session:
        """Begin the deploy that an id becomes. Raises what `check_free` does, and JournalFailed."""
        with self.beginning:
            started = of(f"{self.clock.now():%y%m%d-%H%M%S}-{secrets.token_hex(4)}")
            self.check_free(self.site(started.app), started.owner)
            entry = self._notebook.append(started)
            session = Session([entry], self._notebook, self.listener)
            self.locks.take(session)
            self.waiting.enter(started.lock, started.owner)
        self.listener.heard(entry, session.deploy)
        return session
