"""Deploys, told on Slack as they happen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

import gevent

from shippy.chat.outbox import Outbox
from shippy.errors import Unavailable
from shippy.events import Entry
from shippy.model import Deploy, HostProgress, Person, Place

log = logging.getLogger(__name__)

Narrate = Callable[[Entry, Deploy], str | None]
OPENING_SECONDS = 3.0


class Narrator:
    """Posts what happens to a deploy in the place where it is told. Implements ports.Listener."""

    def __init__(self, outbox: Outbox, narrate: Narrate) -> None:
        self._outbox = outbox
        self._narrate = narrate

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        if deploy.place.channel:
            self._outbox.say(deploy.place, partial(self._narrate, entry, deploy))

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        """Told to those whom it concerns, see living messages."""

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        """Not told: a line for every percent would flood the thread."""


class SlackAnnouncer:
    """Opens a thread in one channel for a deploy that was not started there. Implements ports.Announcer."""

    def __init__(self, outbox: Outbox, channel: str, seconds: float = OPENING_SECONDS) -> None:
        self._outbox = outbox
        self._channel = channel
        self._seconds = seconds

    def open(self, person: Person, text: str) -> Place:  # noqa: ARG002 - part of the port; the text names the person
        """Post the text and return the thread under it; only the channel, if Slack has not got it in time."""
        posted = self._outbox.say(Place(self._channel), lambda: text)
        try:
            return Place(self._channel, posted.get(timeout=self._seconds))
        except gevent.Timeout:
            log.warning("a deploy is told without a thread of its own: Slack did not answer in time")
        except Unavailable as error:
            log.warning("a deploy is told without a thread of its own: %s", error.why)
        return Place(self._channel)
