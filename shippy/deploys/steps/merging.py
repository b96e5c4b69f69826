"""The merge of a deploy: nothing but what was verified, in the configured way, and looked at once more afterwards."""

from __future__ import annotations

import gevent

from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.errors import MergeRefused, ShippyError, Unavailable
from shippy.events import HeadMoved, LeftBehind, MainMoved, Merged, Merging
from shippy.model import MergeMethod, MergeRefusal, PullRequest, Revision, Standing
from shippy.sentences import merge_message
from shippy.sentences.leaving import MERGE_DIFFERS, MERGE_UNSEEN, branch_left, merge_differs, merge_not_looked_at
from shippy.sentences.merging import has_moved_on, needs_pull, not_verified

AFTER_SECONDS = 10.0
"""What GitHub gets for each look after the merge: the visitors do not wait for it, but the end of the deploy does."""


def foresee(session: Session, site: Site) -> Standing:
    """Look at whether GitHub would merge the deploy, and exactly what was verified.

    Raises:
        MergeRefused: it would not, or something else than was verified.
        Unavailable, UnknownRef: it cannot be told.
    """
    deploy, revision, main = session.deploy, revision_of(session), site.settings.main
    stands = site.code.standing(revision, main)
    note_moves(session, site, stands)
    if deploy.contained or stands.merged is not None:
        return stands
    if _leads_to(revision, main) and stands.head != revision.commit:
        raise MergeRefused(has_moved_on(revision, stands.head), MergeRefusal.HEAD_MOVED)
    _pull_to_merge(session, site)
    if deploy.up_to_date and stands.behind_by and not _same_files(site, revision):
        raise MergeRefused(not_verified(revision, main, stands.behind_by), MergeRefusal.UNVERIFIED)
    return stands


def note_moves(session: Session, site: Site, stands: Standing) -> None:
    """Record what has moved on since the last look, if anything has."""
    deploy, revision, main = session.deploy, revision_of(session), site.settings.main
    if stands.head is not None and stands.head != (deploy.head or revision.commit):
        session.record(HeadMoved(*session.key, head=stands.head))
    gone = deploy.contained or stands.merged is not None
    ahead = 0 if gone else stands.behind_by
    if ahead != deploy.main_ahead:
        session.record(MainMoved(*session.key, main=main, commits=ahead))


def merge(session: Session, site: Site) -> None:
    """Merge the deploy, after one more look at whether that is what was verified.

    Between that look and GitHub's own merge the main branch can still move, and no call of GitHub's rules it out:
    `look_back` sees it then.

    Raises:
        ShippyError: it is not merged; Unavailable: it may be.
    """
    main, method = site.settings.main, site.settings.merge.method
    with session.leaving_traffic_alone():
        stands = foresee(session, site)
        there = session.deploy.contained or stands.merged is not None
        pull = None if there else _pull_to_merge(session, site)
        with session.point_of_no_return():
            session.record(Merging(*session.key, head=revision_of(session).commit, pull=pull))
            merged = site.code.merge(revision_of(session), main, merge_message(session.deploy), method)
            session.record(Merged(*session.key, commit=merged, rewritten=_rewritten(session, stands, method)))


def look_back(session: Session, site: Site) -> None:
    """Tell people where the main branch does not have exactly what was verified, or GitHub does not say."""
    deploy, main = session.deploy, site.settings.main
    if deploy.contained or not deploy.up_to_date or deploy.merged is None:
        return
    try:
        with _a_moment():
            same = site.code.tree(deploy.merged) == site.code.tree(revision_of(session).commit)
    except ShippyError as error:
        session.record(LeftBehind(*session.key, MERGE_UNSEEN, merge_not_looked_at(error, main), by_hand=True))
        return
    if not same:
        session.record(LeftBehind(*session.key, MERGE_DIFFERS, merge_differs(deploy, main), by_hand=True))


def delete_branch(session: Session, site: Site) -> None:
    """Delete the deploy's branch, if the config says so and nobody has pushed to it; a failure is only told."""
    revision, main = revision_of(session), site.settings.main
    if not site.settings.merge.delete_branch or session.deploy.contained or revision.branch in {None, main}:
        return
    try:
        with _a_moment():
            site.code.delete_branch(revision)
    except ShippyError as error:
        what, why = branch_left(revision, error)
        session.record(LeftBehind(*session.key, what, why, by_hand=True))


def revision_of(session: Session) -> Revision:
    if session.deploy.revision is None:
        raise ValueError(f"deploy {session.deploy.id} has come to its commit without a revision")
    return session.deploy.revision


def _pull_to_merge(session: Session, site: Site) -> PullRequest | None:
    """The pull request that has to be found for a revision that has none, because of how it is to be merged."""
    revision, main = revision_of(session), site.settings.main
    if site.settings.merge.method is MergeMethod.MERGE or _leads_to(revision, main):
        return None
    found = site.code.resolve(revision.branch) if revision.branch else None
    if found is None or found.commit != revision.commit or not _leads_to(found, main):
        raise MergeRefused(needs_pull(revision, main, site.settings.merge.method), MergeRefusal.NO_PULL)
    return found.pull


def _same_files(site: Site, revision: Revision) -> bool:
    return site.code.merge_tree(revision, site.settings.main) == site.code.tree(revision.commit)


def _leads_to(revision: Revision, main: str) -> bool:
    return revision.pull is not None and revision.pull.base == main


def _rewritten(session: Session, stands: Standing, method: MergeMethod) -> bool:
    """Whether the deploy's commit itself is not in the main branch by its merge."""
    if session.deploy.contained or stands.ahead_by == 0:
        return False
    return method is not MergeMethod.MERGE or stands.merged is not None


def _a_moment() -> gevent.Timeout:
    return gevent.Timeout(AFTER_SECONDS, Unavailable("GitHub", f"no answer within {AFTER_SECONDS:g} s"))
