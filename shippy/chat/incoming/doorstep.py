"""Where somebody waits of whom Slack does not tell at once who they are."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import gevent
from gevent.pool import Group

from shippy.backoff import Backoff
from shippy.chat.incoming.door import Door
from shippy.chat.incoming.inbound import Inbound
from shippy.errors import Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody did, and since when it waits (by `time.monotonic`)."""

    inbound: Inbound
    since: float

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since


class Doorstep:
    """Asks Slack again who somebody is until it tells; whatever they do meanwhile waits here, in its order.

    Args:
        told: is given the user of whom Slack has told, in a greenlet of the doorstep's.
    """

    def __init__(self, door: Door, told: Callable[[str], None], backoff: Callable[[], Backoff] = Backoff) -> None:
        self._door = door
        self._told = told
        self._backoff = backoff
        self._waiting: dict[str, list[Waiting]] = {}
        self._greenlets = Group()

    def __contains__(self, user: str) -> bool:
        return user in self._waiting

    def keep(self, waiting: Waiting, at_least: float | None = None) -> None:
        """Have it wait behind what the same person has done before. Slack is not asked for `at_least` seconds."""
        user = waiting.inbound.user
        before = self._waiting.setdefault(user, [])
        before.append(waiting)
        if len(before) == 1:
            self._greenlets.spawn(self._ask, waiting.inbound, at_least)

    def leave(self, user: str) -> list[Waiting]:
        """All that somebody has done, which does not wait here any more."""
        return self._waiting.pop(user, [])

    def stop(self) -> list[Inbound]:
        """Ask no more. Returns what still waits."""
        self._greenlets.kill()
        return [waiting.inbound for queue in self._waiting.values() for waiting in queue]

    def _ask(self, inbound: Inbound, at_least: float | None) -> None:
        backoff = self._backoff()
        while True:
            gevent.sleep(backoff.pause(at_least))
            try:
                self._door.lets_in(inbound)
            except Unavailable as error:
                at_least = error.retry_after
            except Exception:
                # The greenlet's error boundary: whoever handles it meets the same bug, and tells of it.
                log.exception("a bug, over who %s is", inbound.user)
                break
            else:
                break
        self._told(inbound.user)
