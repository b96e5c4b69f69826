"""Starting a deploy's release on hosts, each one's outcome as an event."""

from __future__ import annotations

from gevent.event import Event as Flag

from shippy.deploys.session import Session, Step
from shippy.deploys.site import Site
from shippy.errors import HostFailed
from shippy.events import HostGaveUp, HostReady
from shippy.model import Endpoint, Release


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
        try:
            site.fleet.prepare(release, self._session.progressed, self._finished, hosts)
        finally:
            self._known.set()

    def _finished(self, outcome: Endpoint | HostFailed) -> None:
        if isinstance(outcome, HostFailed):
            self._failures.append(outcome)
        self._session.record(_event(self._session, outcome))
        self._left.discard(outcome.host)
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
