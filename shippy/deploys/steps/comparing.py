"""What a revision brings to what is live."""

from __future__ import annotations

from dataclasses import replace

from shippy.deploys import production
from shippy.deploys.production import Sight
from shippy.deploys.session import Step
from shippy.deploys.site import Site
from shippy.errors import UnknownRef
from shippy.events import Resolved
from shippy.model import Comparison, Live, Revision


class Comparing:
    """Asks GitHub how a revision stands to what is live and to the main branch, from now on until it is stopped."""

    def __init__(self, site: Site, live: Live, revision: Revision) -> None:
        self._site = site
        self._revision = revision
        self._diff = Step("the diff", lambda: _diff(site, live, revision))
        self._contained = Step("the look at the main branch", lambda: _contained(site, revision))
        self._drift = Step("the look for a drift", lambda: production.drift_from_main(site, live))

    def resolved(self, key: tuple[str, str], sight: Sight) -> Resolved:
        """Wait for all of it, and give it as the event of a deploy. `sight` has what it was compared with as live."""
        drift = sight.drift or self._drift.result()
        found = Resolved(*key, self._revision, sight.live, None, drift, contained=self._contained.result())
        diff = self._diff.result()
        if diff is None:
            return found
        url = diff.url
        if diff.behind_by and not diff.ahead_by:
            # GitHub shows what the second of the two has: this way round, what goes.
            url = self._site.code.compare(self._revision.commit, str(sight.live.in_main)).url
        return replace(found, diff_url=url, commits=diff.ahead_by, authors=diff.authors, behind=diff.behind_by)

    def stop(self) -> None:
        for step in (self._diff, self._contained, self._drift):
            step.stop()


def resolved(key: tuple[str, str], site: Site, sight: Sight, revision: Revision) -> Resolved:
    """What a revision brings to what is live, as the event of a deploy. It only asks."""
    comparing = Comparing(site, sight.live, revision)
    try:
        return comparing.resolved(key, sight)
    finally:
        comparing.stop()


def _contained(site: Site, revision: Revision) -> bool:
    """Whether the main branch has the revision already. GitHub closes a pull request that has nothing to bring."""
    main = site.settings.main
    if revision.pull is not None and revision.pull.base == main:
        return False
    try:
        return site.code.compare(main, revision.commit).ahead_by == 0
    except UnknownRef:
        return False


def _diff(site: Site, live: Live, revision: Revision) -> Comparison | None:
    """What the revision changes; None where there is nothing to compare it with, or GitHub has forgotten it."""
    if live.commit is None:
        return None
    try:
        return site.code.compare(live.in_main or live.commit, revision.commit)
    except UnknownRef:
        return None
