"""Has the hosts pull the images of open pull requests whose build is green, so that to ship one is to start it."""

from __future__ import annotations

from functools import partial

from gevent.event import Event as Bell
from gevent.lock import BoundedSemaphore

from shippy.config.prefetch import Mode
from shippy.deploys.prefetch.ahead import Ahead
from shippy.deploys.register import Register
from shippy.deploys.watch.lookout import Lookout, side_by_side

SOONEST_SECONDS = 5.0
"""Between two looks, however often GitHub calls: a look may take sixty requests, and GitHub takes no more than 900 a
minute: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

QUIET_SECONDS = 1.0
"""How often it is seen whether a deploy is still at work, and how soon a look is made up for that made way for one."""

CALLED_SECONDS = 300.0
"""Between two looks where GitHub calls, and a call may have been lost."""


class Prefetching:
    """Looks at the open pull requests of each app whose config asks for that, for ever.

    Nothing is asked, pulled or removed while a deploy is at work: it is made up for afterwards.

    Args:
        called: whether GitHub calls when something has changed.
    """

    def __init__(self, deploys: Register, *, called: bool = False) -> None:
        self._deploys = deploys
        pulling = BoundedSemaphore(1)
        sites = (site for site in deploys.sites.values() if site.settings.prefetch.mode is not Mode.OFF)
        self._apps = {site.name: Ahead(deploys, site, pulling) for site in sites}
        self._bells = {name: Bell() for name in self._apps}
        self._called = called

    def run(self) -> None:
        side_by_side(partial(self._watch, name) for name in self._apps)

    def wake(self, repository: str) -> None:
        """Something has changed in a repository ("acme/web"): whoever prefetches of it looks at once."""
        for name, bell in self._bells.items():
            if self._deploys.sites[name].settings.repository.casefold() == repository.casefold():
                bell.set()

    def look(self, app: str) -> None:
        """Take one look. Raises Unavailable where GitHub, or the registry, does not tell."""
        self._apps[app].look()

    def _watch(self, name: str) -> None:
        ahead, bell, clock = self._apps[name], self._bells[name], self._deploys.clock
        every = self._deploys.sites[name].settings.prefetch.every
        lookout = Lookout(f"what will be shipped next to {name}", ahead.look, every, clock)
        while True:
            bell.clear()
            while self._deploys.at_work:
                clock.sleep(QUIET_SECONDS)
            lookout.once()
            if ahead.interrupted:
                clock.sleep(QUIET_SECONDS)
            else:
                clock.sleep(SOONEST_SECONDS)
                bell.wait(max(every, CALLED_SECONDS) if self._called else every)
