"""What a restarted daemon does with the deploys that the one before left unfinished.

The journal was written before each act, so it tells the last thing that may have been done. Every way on is the
ordinary code of the phase, which can be called again: what was half done is finished or taken back.
"""

from __future__ import annotations

import logging

import gevent

from shippy.deploys import aborting, committing, retrying, traffic
from shippy.deploys.people import SHIPPY
from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.errors import ShippyError
from shippy.events import DeployRefused, Resumed, Swapped
from shippy.model import Phase

log = logging.getLogger(__name__)

DURING_CHECKS = "shippy was restarted during the checks; nothing was touched"
DURING_PREPARATION = "shippy was restarted in the middle of the preparation"


def recover(deploys: Deploys) -> list[gevent.Greenlet[..., object]]:
    """Take the locks of unfinished deploys again, at once, and go on with each in a greenlet of its own."""
    greenlets: list[gevent.Greenlet[..., object]] = []
    for deploy in deploys.journal.unfinished():
        session = deploys.adopt(deploy)
        greenlets.append(gevent.spawn(_resume_safely, deploys, session))
    for site in deploys.sites.values():
        _keep_warm(deploys, site)
    return greenlets


def _resume_safely(deploys: Deploys, session: Session) -> None:
    site = deploys.site(session.deploy.app)
    try:
        _resume(deploys, session, site)
    except ShippyError:
        # The lock stays held and the deploy stays where it was: a person decides, with what the log and status tell.
        log.exception("deploy %s cannot be taken up again", session.deploy.id)


def _resume(deploys: Deploys, session: Session, site: Site) -> None:
    phase = session.deploy.phase
    match phase:
        case Phase.CHECKING:
            session.note(DeployRefused(*session.key, reason=DURING_CHECKS))
        case Phase.PREPARING:
            with session.preempting():
                aborting.abort(session, site, deploys.clock, SHIPPY, DURING_PREPARATION, failing=True)
        case Phase.ABORTING:
            with session.preempting():
                aborting.take_back(session, site, deploys.clock)
        case Phase.COMMITTING:
            session.record(Resumed(*session.key, phase=phase))
            session.step("commit", lambda: committing.finish(session, site, deploys.clock))
        case _:
            session.record(Resumed(*session.key, phase=phase))
            session.step("the restart", lambda: _take_up(session, site))
    deploys.settle(session, site)


def _take_up(session: Session, site: Site) -> None:
    """The balancers get the recorded share, and hosts that were being retried are tried to their end."""
    site.balancers.bring(traffic.wanted(session.deploy))
    if retrying.unsettled(session.deploy):
        retrying.go_on(session, site)


def _keep_warm(deploys: Deploys, site: Site) -> None:
    """A warm release is retired when its time is over, counted from the swap; a restart does not make it longer."""
    entry = deploys.journal.last_swap(site.name)
    if entry is None or not isinstance(entry.event, Swapped):
        return
    session = deploys.session_of(entry.event.deploy)
    if session.deploy.phase is Phase.COMMITTED and not session.deploy.drained:
        age = (deploys.clock.now() - entry.at).total_seconds()
        deploys.warm.keep(session, site, max(0.0, site.settings.traffic.warm - age))
