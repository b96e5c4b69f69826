"""What a restarted daemon does with the deploys that the one before left unfinished.

The journal was written before each act, so it tells the last thing that may have been done. Every way on is the
ordinary code of the phase, which can be called again: what was half done is finished or taken back.
"""

from __future__ import annotations

import logging

import gevent

from shippy.deploys import traffic
from shippy.deploys.people import SHIPPY
from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps import aborting, committing, retrying, undoing
from shippy.errors import LockHeld, Preempted, ShippyError, ShuttingDown
from shippy.events import DeployRefused, Resumed, Swapped
from shippy.model import Phase

log = logging.getLogger(__name__)

DURING_CHECKS = "shippy was restarted during the checks; nothing of it has been started"
DURING_PREPARATION = "shippy was restarted in the middle of the preparation"


def recover(deploys: Deploys) -> list[gevent.Greenlet[..., object]]:
    """Take the locks of unfinished deploys again, at once, and go on with each in a greenlet of its own."""
    greenlets: list[gevent.Greenlet[..., object]] = []
    for deploy in reversed(deploys.journal.unfinished()):
        session = deploys.session_of(deploy)
        if session.deploy.app not in deploys.sites:
            log.error("deploy %s of %s is unfinished, and the config has no such app", deploy, session.deploy.app)
        elif _holds_its_lock(deploys, session):
            greenlets.append(gevent.spawn(_resume_safely, deploys, session))
    for site in deploys.sites.values():
        _keep_warm(deploys, site)
    return greenlets


def _holds_its_lock(deploys: Deploys, session: Session) -> bool:
    """The newest deploy under a lock holds it. An older one has ended in a way that its daemon could not record."""
    try:
        if session.deploy.phase is Phase.UNDOING:
            deploys.locks.take_beside(session)
        else:
            deploys.locks.take(session)
    except LockHeld:
        log.exception("deploy %s has no end in the journal, and is not taken up again", session.deploy.id)
        return False
    return True


def _resume_safely(deploys: Deploys, session: Session) -> None:
    site = deploys.sites[session.deploy.app]
    try:
        _resume(deploys, session, site)
    except ShuttingDown:
        log.info("deploy %s is left to the next daemon", session.deploy.id)
    except Preempted:
        log.info("deploy %s was aborted while it was taken up again", session.deploy.id)
    except ShippyError:
        # The lock stays held and the deploy stays where it was: a person decides, with what the log and status tell.
        log.exception("deploy %s cannot be taken up again", session.deploy.id)
    except Exception:
        # The greenlet's error boundary: commands, an abort before all, must work on this deploy all the same.
        log.exception("a bug while deploy %s was taken up again", session.deploy.id)


def _resume(deploys: Deploys, session: Session, site: Site) -> None:
    match session.deploy.phase:
        case Phase.CHECKING | Phase.PREPARING | Phase.ABORTING:
            _take_back(deploys, session, site)
        case Phase.UNDOING:
            session.step("undo", lambda: _go_on_with_undo(deploys, session, site))
            deploys.settle(session, site)
        case Phase.COMMITTING:
            session.step("commit", lambda: _go_on_with_commit(deploys, session, site))
            deploys.settle(session, site)
        case _:
            session.step("the restart", lambda: _take_up(session, site))


def _take_back(deploys: Deploys, session: Session, site: Site) -> None:
    with session.preempting() as first:
        phase = session.deploy.phase
        if not first or phase.ended:
            return
        if phase is Phase.CHECKING:
            session.note(DeployRefused(*session.key, reason=DURING_CHECKS))
        elif phase is Phase.PREPARING:
            aborting.abort(session, site, deploys.clock, SHIPPY, DURING_PREPARATION, failing=True)
        else:
            committing.tell_merge(session, site)
            aborting.take_back(session, site, deploys.clock)
        deploys.settle(session, site)


def _go_on_with_commit(deploys: Deploys, session: Session, site: Site) -> None:
    session.record(Resumed(*session.key, phase=session.deploy.phase))
    committing.finish(session, site, deploys.clock)


def _go_on_with_undo(deploys: Deploys, session: Session, site: Site) -> None:
    session.note(Resumed(*session.key, phase=session.deploy.phase))
    undoing.go_on(session, site, deploys.clock, deploys.waiting, by=SHIPPY)


def _take_up(session: Session, site: Site) -> None:
    """The balancers get the recorded share, and hosts that were being retried are tried to their end."""
    session.record(Resumed(*session.key, phase=session.deploy.phase))
    site.balancers.bring(traffic.wanted(session.deploy))
    if retrying.unsettled(session.deploy):
        retrying.go_on(session, site)


def _keep_warm(deploys: Deploys, site: Site) -> None:
    """A warm release is retired when its time is over, counted from the swap; a restart does not make it longer."""
    entry = deploys.journal.last_swap(site.name)
    if entry is None or not isinstance(entry.event, Swapped) or _slot_is_taken(deploys, site):
        return
    session = deploys.session_of(entry.event.deploy)
    if session.deploy.phase is Phase.COMMITTED and not session.deploy.drained:
        deploys.remember(session)
        deploys.warm.keep(session, site)


def _slot_is_taken(deploys: Deploys, site: Site) -> bool:
    """Whether a running deploy has, or is about to have, the slot that the release before the live one had."""
    return any(session.deploy.app == site.name for session in deploys.locks)
