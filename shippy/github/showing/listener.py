"""Shows all deploys on GitHub."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import gevent

from shippy.errors import ShippyError
from shippy.events import DeployEvent, Entry
from shippy.github.showing.shown_deploy import ShownDeploy
from shippy.github.showing.view import Surroundings
from shippy.model import Deploy, HostProgress, Phase

log = logging.getLogger(__name__)

MOST_SHOWN = 50
"""While GitHub is away, the ends of so many deploys wait to be shown; the oldest is given up then."""

JUST_ENDED = timedelta(hours=1)
"""What ended longer ago, and is not on GitHub, is not brought there by a daemon that starts."""

PASSES_LIVE_ON = {Phase.COMMITTED, Phase.UNDONE}


class OnGitHub:
    """Keeps GitHub up to date with each deploy, in a greenlet each. Implements ports.Listener.

    A deploy is shown from when its preparation begins: one that the checks have refused never is.
    """

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._shown: dict[str, ShownDeploy] = {}
        self._stopped = False

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        ends = isinstance(entry.event, DeployEvent) and entry.event.ends
        if deploy.id in self._shown or ends or not deploy.phase.ended:
            self._show(deploy, self._over)

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        """Nothing of it is on GitHub."""

    def heard_of_app(self, entry: Entry) -> None:
        """Nothing of it is on GitHub."""

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        """It comes too often to be told."""

    def adopt(self, deploy: Deploy, now: datetime) -> None:
        """Bring GitHub up to date with a deploy of an earlier daemon."""
        self._show(deploy, self._over, may_begin=deploy.ended is None or now - deploy.ended < JUST_ENDED)

    def stop(self, seconds: float) -> None:
        """Give GitHub so many seconds to be brought up to date, and end."""
        self._stopped = True
        shown = list(self._shown.values())
        gevent.wait([each.up_to_date for each in shown], timeout=seconds)
        for each in shown:
            each.stop()
        self._shown.clear()

    def _show(self, deploy: Deploy, over: Callable[[ShownDeploy], None], *, may_begin: bool = True) -> None:
        known = self._shown.get(deploy.id)
        if known is not None:
            known.now(deploy)
            return
        parts = self._around.parts.get(deploy.app)
        if parts is None or deploy.slot is None or self._stopped:
            return
        self._make_room()
        self._shown[deploy.id] = shown = ShownDeploy(deploy, parts(), self._around, over, may_begin=may_begin)
        shown.start()

    def _make_room(self) -> None:
        ended = (shown for shown in self._shown.values() if shown.deploy.phase.ended)
        if len(self._shown) >= MOST_SHOWN and (oldest := next(ended, None)):
            log.error("the end of deploy %s is not shown on GitHub: too much waits", oldest.deploy.id)
            self._shown.pop(oldest.deploy.id).stop()

    def _over(self, shown: ShownDeploy) -> None:
        """The end of a deploy can be that of the one before it, or bring that one back: GitHub shows this, too."""
        self._forget(shown)
        if shown.deploy.phase not in PASSES_LIVE_ON or shown.deploy.live.deploy is None:
            return
        try:
            before = self._around.deploy(shown.deploy.live.deploy)
        except ShippyError:
            log.exception("the deploy before %s is not brought up to date on GitHub", shown.deploy.id)
            return
        if before is not None:
            self._show(before, self._forget, may_begin=False)

    def _forget(self, shown: ShownDeploy) -> None:
        self._shown.pop(shown.deploy.id, None)
