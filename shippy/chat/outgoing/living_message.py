"""The one message of a deploy in the chat, kept as the deploy is by a greenlet of its own."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import gevent
from gevent.event import Event as Flag

from shippy.backoff import Backoff
from shippy.chat.outgoing.outbox import Words
from shippy.chat.slack import Blocks, SlackRefused
from shippy.errors import ShippyError, Unavailable
from shippy.model import Deploy, HostProgress, Place

log = logging.getLogger(__name__)

MOST_DETAILS_WAITING = 100
"""So much can wait for the thread; the oldest goes first."""

CLOCKS_APART_SECONDS = 60.0
"""How far Slack's clock may be behind the one that a deploy's start was noted with."""


class Card(Protocol):
    """What the message shows: Block Kit, and a line that says the same in a notification."""

    @property
    def blocks(self) -> list[dict[str, Any]]: ...

    @property
    def text(self) -> str: ...


Draw = Callable[[Deploy, Mapping[str, HostProgress]], Card]


class Board(Protocol):
    """Where messages stand: `slack.SlackApi`."""

    def post(
        self, channel: str, text: str, thread: str | None = None, blocks: Blocks | None = None, mark: str | None = None
    ) -> str: ...

    def find(self, channel: str, mark: str, since: float) -> str | None: ...

    def update(self, channel: str, ts: str, text: str, blocks: Blocks | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. Slack lets an app edit about 50 messages a minute, so `between` two edits of one are 1.2 of them.

    A card that shows the time is drawn anew every `refresh`. While Slack does not answer, it is asked again after
    pauses from `first` up to `most`. https://docs.slack.dev/apis/web-api/rate-limits has the limits (chat.update is
    in tier 3).
    """

    between: float = 1.2
    refresh: float = 30.0
    first: float = 0.5
    most: float = 30.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a message needs of others.

    `home` gives the id of the channel that a deploy typed at a place is shown in, and may raise Unavailable; `say`
    posts in a thread and returns at once; `announced` is told where the message of a deploy is.
    """

    board: Board
    home: Callable[[Place], str]
    draw: Draw
    say: Callable[[Place, Words], object]
    announced: Callable[[str, Place], None]
    pace: Pace


class LivingMessage:
    """Shows the newest state of one deploy, however slow Slack is, until the deploy has ended and Slack has its end.

    Nothing but the greenlet, begun by `start`, waits for Slack. `ended` is called when it has nothing more to do.
    `deploy.message` is where the message is, if there is one; `posted_before` tells that there may be one of which
    only Slack knows.
    """

    def __init__(
        self, deploy: Deploy, around: Surroundings, ended: Callable[[LivingMessage], None], *, posted_before: bool
    ) -> None:
        self.deploy = deploy
        self.place = deploy.message
        self.up_to_date = Flag()
        self._around = around
        self._ended = ended
        self._posted_before = posted_before
        self._progress: dict[str, HostProgress] = {}
        self._settled = {one.host for one in deploy.ready} | set(deploy.gave_up)
        self._shown: Card | None = None
        self._changed = Flag()
        self._details: deque[Words] = deque(maxlen=MOST_DETAILS_WAITING)
        self._told: set[str] = set()
        self._backoff = Backoff(around.pace.first, around.pace.most)
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        self.touch()
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        if self._greenlet is not None:
            self._greenlet.kill()

    def now(self, deploy: Deploy) -> None:
        """The deploy has come to this state."""
        self.deploy = deploy
        self._settled = {one.host for one in deploy.ready} | set(deploy.gave_up)
        for host in self._progress.keys() & self._settled:
            del self._progress[host]
        if deploy.phase.ended:
            self._progress.clear()

    def progressed(self, progress: HostProgress) -> None:
        """A host has come further. What comes late, when the host has settled, means nothing any more."""
        settled = self.deploy.phase.ended or progress.host in self._settled
        if not settled and self._progress.get(progress.host) != progress:
            self._progress[progress.host] = progress
            self.touch()

    def touch(self) -> None:
        """What is shown is not what is any more."""
        self.up_to_date.clear()
        self._changed.set()

    def tell(self, words: Words, once: str | None = None) -> None:
        """Have something said in the thread, as soon as there is one; what is told `once` is not told again."""
        if once in self._told:
            return
        if once is not None:
            self._told.add(once)
        if self.place is None:
            self._details.append(words)
        else:
            self._around.say(self.place, words)

    def _run(self) -> None:
        while True:
            self._changed.wait(self._around.pace.refresh)
            self._show_newest()
            if self.deploy.phase.ended and not self._changed.is_set():
                self._ended(self)
                return
            gevent.sleep(self._around.pace.between)

    def _show_newest(self) -> None:
        """Show the state that is newest when Slack answers, and try until it does."""
        while True:
            self._changed.clear()
            try:
                self._show()
            except SlackRefused as refusal:
                log.warning("deploy %s is not shown as it is now: %s", self.deploy.id, refusal.why)
            except Unavailable as error:
                pause = self._backoff.pause(error.retry_after)
                log.warning("the message of deploy %s waits %.1f s for Slack: %s", self.deploy.id, pause, error.why)
                gevent.sleep(pause)
                continue
            except Exception:
                # The greenlet's error boundary: a card that cannot be drawn must not keep later ones from being shown.
                log.exception("the message of deploy %s met a bug", self.deploy.id)
            else:
                self._backoff.reset()
            if not self._changed.is_set():
                self.up_to_date.set()
            return

    def _show(self) -> None:
        card = self._around.draw(self.deploy, dict(self._progress))
        place = self.place or self._placed(card)
        if _same(card, self._shown):
            return
        try:
            self._around.board.update(place.channel, place.thread or "", card.text, card.blocks)
            self._shown = card
        except SlackRefused as refusal:
            if refusal.code != "message_not_found" or self.deploy.phase.ended:
                raise
            log.warning("somebody has deleted the message of deploy %s: it gets another one", self.deploy.id)
            self.place, self._posted_before = None, False
            self._placed(card)

    def _placed(self, card: Card) -> Place:
        """Where the message is: found, where an answer of Slack may have been lost, or posted now."""
        channel = self._around.home(self.deploy.place)
        ts = self._find(channel) if self._posted_before else None
        if ts is None:
            self._posted_before = True
            ts = self._around.board.post(channel, card.text, blocks=card.blocks, mark=self.deploy.id)
            self._shown = card
        self.place = place = Place(channel, ts)
        while self._details:
            self._around.say(place, self._details.popleft())
        try:
            self._around.announced(self.deploy.id, place)
        except ShippyError:
            log.exception("where the message of deploy %s is could not be recorded", self.deploy.id)
        return place

    def _find(self, channel: str) -> str | None:
        since = self.deploy.started.timestamp() - CLOCKS_APART_SECONDS
        try:
            return self._around.board.find(channel, self.deploy.id, since)
        except SlackRefused as refusal:
            log.warning("whether deploy %s has a message cannot be told: %s", self.deploy.id, refusal.why)
            return None


def _same(card: Card, shown: Card | None) -> bool:
    return shown is not None and (card.blocks, card.text) == (shown.blocks, shown.text)
