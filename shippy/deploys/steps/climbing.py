"""A share that climbs by itself: what people type about it, and its steps."""

from __future__ import annotations

from shippy.deploys import gate
from shippy.deploys.service import Deploys, Outcome
from shippy.deploys.session import CLIMB, Session
from shippy.deploys.site import Site
from shippy.deploys.steps.rolling import climbs_up, roll, stop_climb
from shippy.errors import BalancersRefused, NoRamp, ShippyError
from shippy.events import Entry, RampPaused, RampResumed, RampSet
from shippy.model import Deploy, Person, Phase, Ramp, Share
from shippy.ports import Clock
from shippy.sentences import explain


def begin(deploys: Deploys, app: str, shares: tuple[Share, ...], every: float, by: Person) -> Outcome:
    """Send the first of these shares at once, and each other one so many seconds after the one before it.

    A climb that goes on already gives way to this one.

    Raises:
        NothingRunning, WrongPhase, StepInFlight, Preempted, JournalFailed: there is no new climb.
        ApprovalMissing: neither is there; somebody else has to agree to its first step.
        BalancersRefused: the first step was refused, which ends the climb.
    """
    site, session = deploys.site(app), deploys.locks.running(app, "rollout")

    def set_out() -> Entry:
        if shares[0] > session.deploy.share:
            gate.require(session, site, deploys.clock, shares[0])
        session.record(RampSet(*session.key, by=by, shares=shares, every=every))
        return _go_on(session, site, deploys.clock)

    return session.step("rollout", set_out, entering=Phase.ROLLING), session.deploy


def pause(deploys: Deploys, app: str, by: Person) -> Outcome:
    """Let the share stay where it is until `resume`. A step that is in flight comes to its end first.

    Raises:
        NothingRunning, JournalFailed.
        NoRamp: it does not climb, or is paused.
    """
    session, ramp = _climb_of(deploys, app, "pause")
    if ramp.due is None:
        raise NoRamp("pause", ramp)
    return session.record(RampPaused(*session.key, by=by)), session.deploy


def resume(deploys: Deploys, app: str, by: Person) -> Outcome:
    """Go on with a paused climb: its next step comes when as much time has gone by as was left at the pause.

    Raises:
        NothingRunning, JournalFailed.
        NoRamp: it does not climb, or is not paused.
    """
    session, ramp = _climb_of(deploys, app, "resume")
    if ramp.due is not None:
        raise NoRamp("resume", ramp)
    return session.record(RampResumed(*session.key, by=by, seconds=ramp.left)), session.deploy


def take_step(session: Session, site: Site, clock: Clock) -> None:
    """Take the next step, which is due. More traffic is sent only where every new container would take it.

    Raises:
        StepInFlight: it has to wait.
        Preempted, ShuttingDown: it was stopped.
        ApprovalMissing, BalancersRefused, JournalFailed, Unavailable: the climb has ended with this.
    """
    session.step(CLIMB, lambda: _take_step(session, site, clock), entering=Phase.ROLLING)


def _take_step(session: Session, site: Site, clock: Clock) -> None:
    missing = _missing(session.deploy, site)
    if missing is None:
        _go_on(session, site, clock)
    else:
        stop_climb(session, missing)


def _missing(deploy: Deploy, site: Site) -> str | None:
    """Why no more traffic may be sent to the new containers now."""
    if deploy.slot is None or not climbs_up(deploy):
        return None
    try:
        up = site.balancers.servers_up(deploy.slot)
    except ShippyError as error:
        return explain(error)
    there = len(deploy.ready)
    return None if up >= there else f"only {up} of {there} new containers would take a visitor"


def _go_on(session: Session, site: Site, clock: Clock) -> Entry:
    """The next share; a step that fails is the last one."""
    ramp = session.deploy.ramp
    if ramp is None:
        return session.last
    try:
        return roll(session, site, clock, ramp.shares[0], ramp.by, climbing=True)
    except BalancersRefused:
        # Why they did is told by ShareRefused.
        stop_climb(session, "a balancer has refused this step")
        raise
    except ShippyError as error:
        stop_climb(session, explain(error))
        raise


def _climb_of(deploys: Deploys, app: str, verb: str) -> tuple[Session, Ramp]:
    session = deploys.locks.running(deploys.site(app).name, verb)
    session.wait_for_climb()
    ramp = session.deploy.ramp
    if ramp is None:
        raise NoRamp(verb)
    return session, ramp
