"""Deploys, shown on Slack as they are: one message each, edited in place, with the details in its thread."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import gevent

from shippy.chat.outgoing.details import Details, belongs_in_thread, concerns_everybody, told_once
from shippy.chat.outgoing.living_message import Board, Draw, LivingMessage, Pace, Surroundings
from shippy.chat.outgoing.outbox import Outbox
from shippy.events import Announced, Entry, Joined, Left, ShipsLocked, ShipsUnlocked, Started, TurnCame
from shippy.model import Deploy, HostProgress, Person, Place

log = logging.getLogger(__name__)

MOST_MESSAGES = 200
"""While Slack is away, the ends of so many deploys wait to be shown; the oldest is given up then."""

MOST_PLACES = 100
"""The messages of so many deploys are known after their end: what they leave warm ends later."""


class LivingMessages:
    """Keeps one message a deploy up to date, in a greenlet each. Implements ports.Listener.

    Args:
        board: where the messages stand.
        outbox: what is said in threads and channels goes through it.
        channels: those of the config, by name or id. A deploy is shown where it was typed if that is one of them, and
            otherwise in the first.
        channel_id: the id of one of them; may ask Slack, and raise Unavailable.
        draw: the card of a deploy, with how far its hosts have come.
        details: what is said in threads.
        announced: told of each message as soon as it is there; may raise ShippyError.
    """

    def __init__(
        self,
        *,
        board: Board,
        outbox: Outbox,
        channels: Sequence[str],
        channel_id: Callable[[str], str],
        draw: Draw,
        details: Details,
        announced: Callable[[str, Place], None],
        pace: Pace | None = None,
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._channel_id = channel_id
        self._details = details
        self._around = Surroundings(board, self._home, draw, outbox.say, announced, pace or Pace())
        self._messages: dict[str, LivingMessage] = {}
        self._places: OrderedDict[str, Place] = OrderedDict()
        self._stopped = False

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        message = self._message(deploy, begins=isinstance(entry.event, Started))
        if concerns_everybody(entry):
            channel = message.place.channel if message and message.place else self._channels[0]
            self._outbox.say(Place(channel), partial(self._details.of, entry, deploy))
        if message is None:
            return
        message.now(deploy)
        if belongs_in_thread(entry, deploy):
            message.tell(partial(self._details.of, entry, deploy), once=told_once(entry))
        if not isinstance(entry.event, Announced):
            message.touch()

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        message = self._messages.get(deploy.id)
        if message is not None:
            message.progressed(progress)

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        """Tell the owner that somebody waits, those who wait that it is their turn, and everybody what closes ships."""
        message = self._messages.get(holder.id) if holder else None
        if message is not None:
            # The card shows who waits.
            message.touch()
        match entry.event:
            case Joined(person=person) if message is not None:
                told = partial(self._details.of_lock, entry, holder, _users(message.deploy.owner))
                message.tell(told, once=f"{person.id} waits")
            case TurnCame(person=person, place=place) if place.channel:
                self._outbox.say(place, partial(self._details.of_lock, entry, holder, _users(person)))
            case ShipsLocked() | ShipsUnlocked() | Left():
                self._outbox.say(Place(self._channels[0]), partial(self._details.of_lock, entry, holder))

    def heard_of_app(self, entry: Entry) -> None:
        """Tell everybody what is not as recorded, and what has been mended."""
        self._outbox.say(Place(self._channels[0]), partial(self._details.of_app, entry))

    def adopt(self, deploy: Deploy) -> None:
        """Bring the message of an earlier daemon's deploy up to date.

        A running deploy of which no message is known gets one, unless Slack turns out to have one already; an ended one
        gets none.
        """
        self._message(deploy, begins=False)

    def stop(self, seconds: float) -> None:
        """Give the messages so many seconds to be brought up to date, and end."""
        self._stopped = True
        messages = list(self._messages.values())
        gevent.wait([message.up_to_date for message in messages], timeout=seconds)
        for message in messages:
            message.stop()
        self._messages.clear()

    def _message(self, deploy: Deploy, *, begins: bool) -> LivingMessage | None:
        """The message of a deploy, which shows it from now on; None for one that ended without any."""
        known = self._messages.get(deploy.id)
        if known is not None or self._stopped:
            return known
        placed = replace(deploy, message=deploy.message or self._places.get(deploy.id))
        if placed.message is None and deploy.phase.ended:
            return None
        message = LivingMessage(placed, self._around, self._over, posted_before=not begins)
        self._messages[deploy.id] = message
        message.start()
        self._make_room()
        return message

    def _make_room(self) -> None:
        ended = (message for message in self._messages.values() if message.deploy.phase.ended)
        if len(self._messages) > MOST_MESSAGES and (oldest := next(ended, None)):
            log.error("the end of deploy %s is not shown: too much waits for Slack", oldest.deploy.id)
            oldest.stop()
            del self._messages[oldest.deploy.id]

    def _over(self, message: LivingMessage) -> None:
        self._messages.pop(message.deploy.id, None)
        if message.place is not None:
            self._places[message.deploy.id] = message.place
            if len(self._places) > MOST_PLACES:
                self._places.popitem(last=False)

    def _home(self, place: Place) -> str:
        ids = [self._channel_id(channel) for channel in self._channels]
        return place.channel if place.channel in ids else ids[0]


def _users(person: Person) -> tuple[str, ...]:
    """Nobody, for somebody in the shell."""
    return () if person.local else (person.id,)
