"""What was taken already, so that it runs once however often it is delivered."""

from __future__ import annotations

import logging
from collections import OrderedDict
from math import inf

from shippy.errors import JournalFailed
from shippy.ports import Journal

log = logging.getLogger(__name__)


# Slack's clock, at the moment from which on this daemon takes what is done, is known to a second or two.
DOUBT_SECONDS = 10.0


class Seen:
    """The keys of what was taken: the last ones in memory, those before them, and of earlier daemons, in the journal.

    The last ones are more than can wait in the intake, so that the journal has what memory forgets.

    A journal that cannot be read must not stand in the way of an abort: memory alone is asked then.

    Args:
        since: from when on no earlier daemon can have taken anything, by Slack's clock. What is known to have been done
            later, and is not in memory, was not taken, and the journal is not asked. By default it always is.
    """

    def __init__(self, journal: Journal, since: float = inf, capacity: int = 2_000) -> None:
        self._journal = journal
        self._capacity = capacity
        self._certain_after = since + DOUBT_SECONDS
        self._keys: OrderedDict[str, float] = OrderedDict()

    def holds(self, key: str, done_at: float = -inf) -> bool:
        """Whether it was taken; `done_at` is when it was done, where Slack tells."""
        return key in self._keys or (done_at <= self._certain_after and self._is_handled(key))

    def add(self, key: str, done_at: float = -inf) -> None:
        self._keys[key] = done_at
        if len(self._keys) > self._capacity:
            _, forgotten = self._keys.popitem(last=False)
            self._certain_after = max(self._certain_after, forgotten)

    def _is_handled(self, key: str) -> bool:
        try:
            return self._journal.handled(key)
        except JournalFailed as error:
            log.warning("whether %s was handled before a restart is not known: %s", key, error.why)
            return False
