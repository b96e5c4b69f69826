"""Releases that the public has left and whose containers stay for a while (`traffic.warm`)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import gevent
from gevent.event import Event as Flag

from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.committing import retire_previous
from shippy.ports import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """The deploy that has replaced a warm release, and what retires that release when its time is over."""

    session: Session
    timer: gevent.Greenlet[..., None]


class WarmReleases:
    """At most one warm release an app: each is retired when its time is over, or when its slot is needed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, Kept] = {}
        self._retiring: dict[str, Flag] = {}

    def keep(self, session: Session, site: Site) -> None:
        """Retire what the deploy of this session has replaced, once `traffic.warm` is over since it was."""
        self.take(site.name)
        since = (self._clock.now() - (session.deploy.swapped_at or self._clock.now())).total_seconds()
        delay = max(0.0, site.settings.traffic.warm - since)
        self._kept[site.name] = Kept(session, gevent.spawn_later(delay, self._time_is_over, site))

    def __iter__(self) -> Iterator[Session]:
        """The deploys that can be undone: each has replaced a release that is warm."""
        return iter([kept.session for kept in self._kept.values()])

    def take(self, app: str) -> Session | None:
        """Stop waiting, and return the deploy that has replaced the app's warm release; None where there is none.

        Whoever calls this decides what becomes of that release.
        """
        kept = self._kept.pop(app, None)
        if kept is None:
            return None
        kept.timer.kill()
        return kept.session

    def retire(self, site: Site) -> None:
        """Retire the app's warm release now, because its slot is needed. Returns when that is done."""
        going = self._retiring.get(site.name)
        if going is not None:
            going.wait()
        session = self.take(site.name)
        if session is not None:
            retire_previous(session, site, self._clock)

    def wait(self, app: str) -> None:
        """Wait until the app's warm release is retired, if there is one."""
        if app in self._kept:
            self._kept[app].timer.join()
        if app in self._retiring:
            self._retiring[app].wait()

    def _time_is_over(self, site: Site) -> None:
        session = self._kept.pop(site.name).session
        done = self._retiring[site.name] = Flag()
        try:
            retire_previous(session, site, self._clock)
        except Exception:
            # The greenlet's error boundary: the containers stay, and the next deploy removes them.
            log.exception("a bug while the release before deploy %s was retired", session.deploy.id)
        finally:
            del self._retiring[site.name]
            done.set()
