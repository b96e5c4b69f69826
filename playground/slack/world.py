"""A whole workspace, put together: the one place that knows what hears of what."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from playground.slack.changes import Changes
from playground.slack.clock import Timestamps
from playground.slack.events import Events
from playground.slack.history import History
from playground.slack.interactions import Interactions
from playground.slack.model import Json
from playground.slack.payloads import Payloads
from playground.slack.rtm import Rtm
from playground.slack.seed import Seed
from playground.slack.settings import Faults, RateLimits, Settings
from playground.slack.socket_mode import SocketMode
from playground.slack.sockets import Socket
from playground.slack.tickets import Tickets
from playground.slack.tokens import Grants
from playground.slack.views import Views

_MOST_CALLS = 20_000


@dataclass(slots=True)
class Notices:
    """What the page shows around the messages: links above them, and what to type below."""

    bookmarks: list[Json]
    hint: str


@dataclass(frozen=True, slots=True)
class World:
    seed: Seed
    grants: Grants
    settings: Settings
    faults: Faults
    limits: RateLimits
    history: History
    payloads: Payloads
    changes: Changes
    tickets: Tickets
    rtm: Rtm
    socket_mode: SocketMode
    interactions: Interactions
    views: Views
    notices: Notices
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=_MOST_CALLS))

    def sockets(self) -> list[Socket]:
        return [*self.rtm.sockets, *self.socket_mode.sockets]


def build(seed: Seed) -> World:
    history = History(seed.directory, Timestamps())
    payloads = Payloads(seed.directory, history)
    changes = Changes(history, payloads)
    events = Events(seed.directory, payloads, seed.app.bot_user)
    settings, faults, tickets = Settings(), Faults(), Tickets()

    def presence() -> None:
        changes.add("presence", user=seed.app.bot_user, online=bool(rtm.sockets or socket_mode.sockets))

    rtm = Rtm(history, events, seed.app.bot_user, presence)
    socket_mode = SocketMode(seed, events, settings, faults, presence)
    for listener in (changes, rtm, socket_mode):
        history.listen(listener.happened)
    interactions = Interactions(
        seed=seed, history=history, payloads=payloads, changes=changes, socket_mode=socket_mode, tickets=tickets
    )
    return World(
        seed=seed,
        grants=Grants(seed.grants),
        settings=settings,
        faults=faults,
        limits=RateLimits(settings, faults),
        history=history,
        payloads=payloads,
        changes=changes,
        tickets=tickets,
        rtm=rtm,
        socket_mode=socket_mode,
        interactions=interactions,
        views=Views(seed.directory.team.id, seed.app.id, seed.directory.user(seed.app.bot_user).bot_id),
        notices=Notices(list(seed.bookmarks), seed.hint),
    )
