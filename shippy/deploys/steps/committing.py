"""The end of a deploy that is kept: all traffic, the merge, the swap of the slots, the old release retired."""

from __future__ import annotations

from dataclasses import replace

import gevent

from shippy.deploys import gate, traffic
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps import merging
from shippy.deploys.steps.retiring import retire
from shippy.deploys.steps.rolling import roll
from shippy.errors import JournalFailed, MergeRefused, Preempted, ShippyError, ShuttingDown, TooLate, Unavailable
from shippy.events import Committed, Committing, Entry, LeftBehind, Merged, MergeFailed, Swapped, Swapping
from shippy.model import ALL, Person
from shippy.ports import Clock
from shippy.sentences import explain, look_for_merge, revert_merge

FIND_SECONDS = 3.0
"""What GitHub gets to tell an abort whether a merge was made."""

MERGED = "the merge, which was made all the same"
MERGE_UNKNOWN = "the question whether the branch was merged"


def commit(session: Session, site: Site, clock: Clock, by: Person) -> Entry:
    """Finish the deploy. It can be called again wherever an earlier call stopped, also by another daemon.

    Returns:
        The entry of Committed, or of MergeFailed: the new release has all the traffic, and nothing else has changed.

    Raises:
        MergeRefused: GitHub would not merge it, or something else than was verified; no traffic was moved.
        Unavailable, UnknownRef: GitHub does not tell; no traffic was moved.
        BalancersRefused: the traffic is as it was before the step that they refused.
        ApprovalMissing: somebody else has to agree to it; no traffic was moved.
    """
    if session.deploy.merged is None:
        gate.require(session, site, clock, ALL)
        merging.foresee(session, site)
    if session.deploy.share != ALL:
        roll(session, site, clock, ALL, by, committing=True)
    session.record(Committing(*session.key, by=by))
    return finish(session, site, clock)


def finish(session: Session, site: Site, clock: Clock) -> Entry:
    """Go on with a commit that has begun, from whatever the deploy has come to."""
    if session.deploy.merged is None:
        try:
            if not session.deploy.merging:
                # Somebody's word may have lost its hold meanwhile. A merge that was asked for may have been made.
                gate.require(session, site, clock, ALL)
            merging.merge(session, site)
        except (JournalFailed, ShuttingDown, Preempted):
            raise
        except ShippyError as error:
            # Where GitHub has not answered, the merge may have been made all the same.
            unknown = isinstance(error, Unavailable)
            kind = error.kind if isinstance(error, MergeRefused) else None
            return session.record(MergeFailed(*session.key, reason=explain(error), unknown=unknown, kind=kind))
    if not session.deploy.swapped:
        _swap(session, site)
    merging.look_back(session, site)
    merging.delete_branch(session, site)
    if site.settings.traffic.warm and not session.deploy.first:
        return session.record(Committed(*session.key))
    retire_previous(session, site, clock)
    return session.record(Committed(*session.key))


def retire_previous(session: Session, site: Site, clock: Clock) -> None:
    """Take the release that was live before this deploy out of service."""
    retire(session, site, clock, session.deploy.live.slot, keep=session.deploy.id)


def find_merge(session: Session, site: Site) -> None:
    """Before an abort: find out what came of a merge whose answer or record was lost.

    GitHub is given a moment, and an abort goes on without it.

    Raises:
        TooLate: the branch is merged.
    """
    _settle_merge(session, site)
    if session.deploy.merged is not None:
        raise TooLate(session.deploy.merged)


def tell_merge(session: Session, site: Site) -> None:
    """In an abort that another daemon, or the shell, has begun: have people told if the branch was merged all the same.

    Traffic may have gone back by then, so that the deploy is taken back; what is in the main branch is left to people.
    """
    _settle_merge(session, site, taken_back=True)


def _settle_merge(session: Session, site: Site, *, taken_back: bool = False) -> None:
    """Record a merge of which it is not known whether it was made, if GitHub says within a moment that it was."""
    if not session.deploy.merging:
        return
    main = site.settings.main
    try:
        with gevent.Timeout(FIND_SECONDS, Unavailable("GitHub", f"no answer within {FIND_SECONDS:g} s")):
            stands = site.code.standing(merging.revision_of(session), main)
    except ShippyError as error:
        session.note(LeftBehind(*session.key, MERGE_UNKNOWN, look_for_merge(error, main), by_hand=True))
        return
    if stands.merged is None:
        return
    if taken_back:
        # Ahead of its record: a daemon that is killed between the two tells it once more, and not never.
        session.note(LeftBehind(*session.key, MERGED, revert_merge(session.deploy.ref, main), by_hand=True))
    session.note(Merged(*session.key, commit=stands.merged, rewritten=stands.ahead_by > 0))


def _swap(session: Session, site: Site) -> None:
    deploy, revision = session.deploy, merging.revision_of(session)
    slot = deploy.live.slot.other
    session.record(Swapping(*session.key, slot=slot))
    site.balancers.bring(traffic.wanted(replace(deploy, swapped=True)))
    merged = deploy.merged or ""
    session.record(Swapped(*session.key, slot, revision.commit, merged, deploy.ready, rewritten=deploy.rewritten))
