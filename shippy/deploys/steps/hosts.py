"""Starting a deploy's release on hosts, each one's outcome as an event."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
from gevent.event import Event as Flag
from gevent.queue import SimpleQueue

from shippy.deploys.session import Session, Step
from shippy.deploys.site import Site
from shippy.errors import HostFailed
from shippy.events import HostGaveUp, HostReady
from shippy.model import Endpoint, Release

MOST_TOGETHER = 20
"""So many outcomes are recorded in one go."""

MOMENT = 0.001
"""Seconds between two records of many outcomes, in which others have a turn; `sleep(0)` would be ahead of sockets."""


def start(session: Session, site: Site, hosts: tuple[str, ...]) -> None:
    """Prepare the deploy's release on these hosts. Idempotent."""
    starting = Starting(session, site, hosts)
    try:
        starting.complete()
    finally:
        starting.stop()


class Starting:
    """A release that is being prepared on hosts, from now on until it is stopped."""

    def __init__(self, session: Session, site: Site, hosts: tuple[str, ...]) -> None:
        self._session = session
        self._left = set(hosts)
        self._failures: list[HostFailed] = []
        self._known = Flag()
        self._ended: SimpleQueue[Endpoint | HostFailed | None] = SimpleQueue()
        release = _release(session)
        self._step = Step("the start", lambda: self._prepare(site, release, hosts))

    def outcomes(self) -> tuple[HostFailed, ...]:
        """Wait until every host is ready or has failed, and return the failures. Raises what the start has ended with.

        What hosts have to do behind that is not waited for.
        """
        self._known.wait()
        if self._left:
            self.complete()
        return tuple(self._failures)

    def complete(self) -> None:
        """Wait until there is nothing left to be done on any host."""
        self._step.result()

    def stop(self) -> None:
        self._step.stop()

    def _prepare(self, site: Site, release: Release, hosts: tuple[str, ...]) -> None:
        preparing = Step("the hosts", lambda: self._on_the_hosts(site, release, hosts))
        try:
            for outcomes in self._together():
                self._record(outcomes)
                gevent.sleep(MOMENT)
            preparing.result()
        finally:
            preparing.stop()
            self._known.set()

    def _on_the_hosts(self, site: Site, release: Release, hosts: tuple[str, ...]) -> None:
        try:
            site.fleet.prepare(release, self._session.progressed, self._ended.put, hosts)
        finally:
            self._ended.put(None)

    def _together(self) -> Iterator[list[Endpoint | HostFailed]]:
        """The outcomes as they come, those of one moment together, if they are not too many.

        The journal takes its time each time; and while it writes, nobody else does anything.
        """
        more = True
        while more:
            ended = [self._ended.get()]
            while not self._ended.empty() and len(ended) < MOST_TOGETHER:
                ended.append(self._ended.get())
            more = None not in ended
            outcomes = [outcome for outcome in ended if outcome is not None]
            if outcomes:
                yield outcomes

    def _record(self, outcomes: list[Endpoint | HostFailed]) -> None:
        self._failures += [outcome for outcome in outcomes if isinstance(outcome, HostFailed)]
        self._session.record_all([_event(self._session, outcome) for outcome in outcomes])
        self._left -= {outcome.host for outcome in outcomes}
        if not self._left:
            self._known.set()


def _release(session: Session) -> Release:
    deploy = session.deploy
    if deploy.revision is None or deploy.image is None or deploy.slot is None:
        raise ValueError(f"deploy {deploy.id} has no release yet")
    return Release(deploy.app, deploy.id, deploy.revision.commit, deploy.image, deploy.slot)


def _event(session: Session, outcome: Endpoint | HostFailed) -> HostReady | HostGaveUp:
    if isinstance(outcome, Endpoint):
        return HostReady(*session.key, endpoint=outcome)
    return HostGaveUp(*session.key, outcome.host, outcome.step, outcome.reason, outcome.exit_code, outcome.log)
