"""What was taken already, so that it runs once however often it is delivered."""

from __future__ import annotations

import logging
from collections import OrderedDict

from shippy.errors import JournalFailed
from shippy.ports import Journal

log = logging.getLogger(__name__)


class Seen:
    """The keys of what was taken: the last ones in memory, those of earlier daemons in the journal.

    A journal that cannot be read must not stand in the way of an abort: memory alone is asked then.
    """

    def __init__(self, journal: Journal, capacity: int = 10_000) -> None:
        self._journal = journal
        self._capacity = capacity
        self._keys: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._keys or self._is_handled(key)

    def add(self, key: str) -> None:
        self._keys[key] = None
        if len(self._keys) > self._capacity:
            self._keys.popitem(last=False)

    def _is_handled(self, key: str) -> bool:
        try:
            return self._journal.handled(key)
        except JournalFailed as error:
            log.warning("whether %s was handled before a restart is not known: %s", key, error.why)
            return False
