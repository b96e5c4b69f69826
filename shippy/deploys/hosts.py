"""Starting a deploy's release on hosts, each one's outcome as an event."""

from __future__ import annotations

from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.errors import HostFailed
from shippy.events import HostGaveUp, HostReady
from shippy.model import Endpoint, Release


def start(session: Session, site: Site, hosts: tuple[str, ...]) -> tuple[HostFailed, ...]:
    """Prepare the deploy's release on these hosts, and return the failures. Idempotent."""
    failures: list[HostFailed] = []

    def finished(outcome: Endpoint | HostFailed) -> None:
        if isinstance(outcome, HostFailed):
            failures.append(outcome)
        session.record(_event(session, outcome))

    site.fleet.prepare(_release(session), session.progressed, finished, hosts)
    return tuple(failures)


def _release(session: Session) -> Release:
    deploy = session.deploy
    if deploy.revision is None or deploy.image is None or deploy.slot is None:
        raise ValueError(f"deploy {deploy.id} has no release yet")
    return Release(deploy.app, deploy.id, deploy.revision.commit, deploy.image, deploy.slot)


def _event(session: Session, outcome: Endpoint | HostFailed) -> HostReady | HostGaveUp:
    if isinstance(outcome, Endpoint):
        return HostReady(*session.key, endpoint=outcome)
    return HostGaveUp(*session.key, outcome.host, outcome.step, outcome.reason, outcome.exit_code, outcome.log)
