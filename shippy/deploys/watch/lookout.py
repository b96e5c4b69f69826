"""Looking at something again and again, as long as the daemon runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import gevent

from shippy.errors import ShippyError
from shippy.ports import Clock

log = logging.getLogger(__name__)


class Lookout:
    """One thing that is looked at every so many seconds. What a look raises ends that look, and not the looking.

    Looks are taken at the full seconds, or whatever the clock shows then: those that are as frequent are taken
    together, so that what they ask of the same balancer or host can be one question.

    Args:
        what: what is looked at, for the log: "the hosts of web".
    """

    def __init__(self, what: str, look: Callable[[], None], seconds: float, clock: Clock) -> None:
        self._what = what
        self._look = look
        self._seconds = seconds
        self._clock = clock
        self._logged = ""

    def run(self) -> None:
        while True:
            self.once()
            self._clock.sleep(self._seconds - self._clock.now().timestamp() % self._seconds)

    def once(self) -> None:
        """Take one look. The same trouble as at the last one is not logged again."""
        try:
            self._look()
        except ShippyError as error:
            self._log_once(str(error))
        except Exception:
            # The greenlet's error boundary: the next look may go well.
            log.exception("a bug while looking at %s", self._what)
        else:
            self._logged = ""

    def _log_once(self, trouble: str) -> None:
        if trouble != self._logged:
            log.warning("%s cannot be looked at: %s", self._what, trouble)
            self._logged = trouble


def side_by_side(works: Iterable[Callable[[], None]]) -> None:
    """Do all of these, each in a greenlet of its own, so that what does not answer holds up no other.

    Whoever kills the caller ends them all.
    """
    running = [gevent.spawn(work) for work in works]
    try:
        gevent.joinall(running)
    finally:
        gevent.killall(running)
