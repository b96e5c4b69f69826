"""What a ref stands for, if it is something that may be shipped to an app at all."""

from __future__ import annotations

from shippy.deploys.images import was_live
from shippy.deploys.site import Site
from shippy.errors import FromFork, NotOurCommit
from shippy.model import Revision
from shippy.ports import Journal


def resolve(site: Site, journal: Journal, ref: str) -> Revision:
    """Pin a ref of the app's own repository, or of a fork where the config allows that.

    Whoever may read a repository can fork it, and GitHub answers for a fork's commits as if they were its own.

    Raises:
        FromFork, NotOurCommit: it is from elsewhere.
        UnknownRef, AmbiguousRef, ClosedPull, Unavailable: it stands for nothing, or nobody can tell.
    """
    revision = site.code.resolve(ref)
    if site.settings.forks or revision.branch is not None:
        return revision
    repository = site.settings.repository
    if revision.fork is not None:
        raise FromFork(ref, revision.fork, repository, site.name)
    if not was_live(site, journal, revision.commit) and not site.code.is_own(revision.commit, site.settings.main):
        raise NotOurCommit(revision.commit, repository)
    return revision
