"""Telling whoever listens, without letting any of them get in the way."""

from __future__ import annotations

import logging
from collections.abc import Callable

from shippy.events import Entry
from shippy.model import Deploy, HostProgress
from shippy.ports import Listener

log = logging.getLogger(__name__)


class Listeners:
    """Several listeners, told in their order. Implements ports.Listener.

    A bug in one of them is logged, and neither keeps the others from hearing nor a deploy, or its abort, from going on.
    """

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        self._each(lambda listener: listener.heard(entry, deploy))

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        self._each(lambda listener: listener.heard_of_lock(entry, holder))

    def heard_of_app(self, entry: Entry) -> None:
        self._each(lambda listener: listener.heard_of_app(entry))

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        self._each(lambda listener: listener.progressed(deploy, progress))

    def _each(self, tell: Callable[[Listener], None]) -> None:
        for listener in self._listeners:
            try:
                tell(listener)
            except Exception:
                # A boundary: see above.
                log.exception("a bug in a listener, %s", type(listener).__name__)
