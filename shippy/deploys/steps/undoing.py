"""Back to the release from before, after a commit: one step for the traffic, and everything else after it."""

from __future__ import annotations

from dataclasses import replace

import gevent

from shippy.deploys import traffic
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.retiring import retire
from shippy.deploys.turns import WaitingRoom
from shippy.errors import ShippyError, Unavailable, WarmIsDown
from shippy.events import Entry, LeftBehind, RevertOpened, SwappedBack, Undoing, Undone
from shippy.model import Person
from shippy.ports import Clock
from shippy.sentences import revert_message
from shippy.sentences.leaving import REVERTING_PULL, no_revert

REVERT_SECONDS = 15.0
"""What GitHub gets to open the pull request; the visitors are with the release from before by then."""


def undo(session: Session, site: Site, clock: Clock, waiting: WaitingRoom, *, by: Person, reason: str) -> Entry:
    """Make the release live that was before this deploy, lock ships, and have the merge reverted in a pull request.

    Like an abort, it goes on without what does not answer, which is recorded as left behind.

    Raises:
        WarmIsDown: none of the old containers would take a visitor; nothing has changed.
    """
    if not site.balancers.servers_up(session.deploy.live.slot):
        raise WarmIsDown(site.name)
    session.note(Undoing(*session.key, by=by, reason=reason))
    return go_on(session, site, clock, waiting, by=by)


def go_on(session: Session, site: Site, clock: Clock, waiting: WaitingRoom, *, by: Person) -> Entry:
    """Go on with an undo that has begun, from whatever the deploy has come to."""
    if session.deploy.swapped:
        _swap_back(session, site)
    deploy = session.deploy
    if waiting.of(deploy.lock).closure is None:
        waiting.close_for_certain(deploy.lock, by, _closure_reason(session))
    if deploy.revert is None:
        with session.leaving_traffic_alone():
            _revert(session, site)
    if deploy.slot is not None:
        retire(session, site, clock, deploy.slot, keep=deploy.live.deploy)
    return session.note(Undone(*session.key))


def _swap_back(session: Session, site: Site) -> None:
    deploy = session.deploy
    for balancer, refusal in site.balancers.force(traffic.wanted(replace(deploy, swapped=False))).items():
        session.note(LeftBehind(*session.key, what=f"the traffic on {balancer}", reason=refusal))
    session.note(SwappedBack(*session.key, deploy.live.slot, deploy.live, deploy.stable_endpoints))


def _revert(session: Session, site: Site) -> None:
    deploy = session.deploy
    if deploy.revision is None or deploy.contained:
        return
    title, body = revert_message(deploy)
    try:
        with gevent.Timeout(REVERT_SECONDS, Unavailable("GitHub", f"no answer within {REVERT_SECONDS:g} s")):
            pull = site.code.revert(deploy.revision, site.settings.main, title, body)
    except ShippyError as error:
        session.note(LeftBehind(*session.key, what=REVERTING_PULL, reason=no_revert(error)))
        return
    if pull is not None:
        session.note(RevertOpened(*session.key, pull=pull))


def _closure_reason(session: Session) -> str:
    return f"{session.deploy.ref} was undone: {session.deploy.reason or 'no reason was given'}"
