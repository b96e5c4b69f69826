"""Keeps one deploy up to date on GitHub, in its own greenlet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import gevent
from gevent.event import Event as Flag

from shippy.backoff import Backoff
from shippy.errors import ShippyError, Unavailable
from shippy.github.showing.declining import Declined
from shippy.github.showing.view import Part, Surroundings, View
from shippy.model import Deploy, Phase

log = logging.getLogger(__name__)


class ShownDeploy:
    """Shows the newest state of one deploy, however slow GitHub is, until the deploy has ended and GitHub has its end.

    What changes meanwhile is not kept: only what is newest when GitHub answers is shown. Nothing but the greenlet,
    begun by `start`, waits for anybody. `ended` is called in it when it has nothing more to do.
    """

    def __init__(
        self,
        deploy: Deploy,
        parts: Sequence[Part],
        around: Surroundings,
        ended: Callable[[ShownDeploy], None],
        *,
        may_begin: bool,
    ) -> None:
        self.deploy = deploy
        self.up_to_date = Flag()
        self._parts = parts
        self._around = around
        self._ended = ended
        self._may_begin = may_begin
        self._link: str | None = None
        self._told = ""
        self._changed = Flag()
        self._backoff = Backoff(around.pace.first, around.pace.most)
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        self._changed.set()
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        if self._greenlet is not None:
            self._greenlet.kill()

    def now(self, deploy: Deploy) -> None:
        """The deploy has come to this state."""
        self.deploy = deploy
        self.up_to_date.clear()
        self._changed.set()

    def _run(self) -> None:
        while True:
            self._changed.wait()
            self._changed.clear()
            if not self._showed():
                continue
            if self._changed.is_set():
                gevent.sleep(self._around.pace.between)
                continue
            self.up_to_date.set()
            if self.deploy.phase.ended:
                self._ended(self)
                return
            gevent.sleep(self._around.pace.between)

    def _showed(self) -> bool:
        """Whether there is nothing left to try with the state as it was; waits for a while where there is."""
        try:
            view = self._view()
            for part in self._parts:
                self._show(part, view)
        except ShippyError as error:
            pause = self._backoff.pause(error.retry_after if isinstance(error, Unavailable) else None)
            log.warning("what GitHub shows of deploy %s waits %.1f s: %s", self.deploy.id, pause, error)
            gevent.sleep(pause)
            self._changed.set()
            return False
        except Exception:
            # The greenlet's error boundary: a state that cannot be shown must not keep later ones from being shown.
            log.exception("what GitHub shows of deploy %s met a bug", self.deploy.id)
            return True
        self._backoff.reset()
        return True

    def _show(self, part: Part, view: View) -> None:
        try:
            part.show(view)
        except Declined as refusal:
            # It is tried again with the next change, and told once.
            if refusal.why != self._told:
                log.warning("GitHub does not show deploy %s as it is now: %s", self.deploy.id, refusal.why)
            self._told = refusal.why

    def _view(self) -> View:
        deploy = self.deploy
        superseded = deploy.phase is Phase.COMMITTED and self._around.live(deploy.app) != deploy.id
        return View(deploy, superseded, self._linked(deploy), self._may_begin)

    def _linked(self, deploy: Deploy) -> str | None:
        """A chat that does not answer keeps nothing from being shown: the link comes with a later change."""
        if self._link is None and deploy.message is not None:
            try:
                self._link = self._around.link(deploy.message)
            except ShippyError as error:
                log.info("deploy %s is shown on GitHub without a link to the chat: %s", deploy.id, error)
        return self._link
