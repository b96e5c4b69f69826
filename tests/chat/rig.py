"""A bot on a workspace of the playground that answers whatever is typed to it with what it read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import gevent
from gevent.event import Event as Flag

from playground.slack.client import Json
from playground.slack.process import Running
from shippy.answers import Answer
from shippy.backoff import Backoff
from shippy.chat.directory import SlackDirectory
from shippy.chat.incoming.intake import Intake
from shippy.chat.incoming.link import Pace
from shippy.chat.incoming.presence import UNNOTICED_SECONDS
from shippy.chat.incoming.receiver import Timing
from shippy.chat.incoming.requests import Requests
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.incoming.source import SlackSource, Transport
from shippy.chat.outgoing.outbox import Outbox
from shippy.chat.slack import SlackApi
from shippy.errors import Missed, NotUnderstood, ShippyError
from shippy.events import CommandReceived
from shippy.journal import open_journal
from shippy.model import Place
from shippy.ports import Journal, Request

TRANSPORTS = ("socket_mode", "rtm")
QUICK = Pace(
    first=0.05,
    most=0.2,
    overlap=0.5,
    settled=0.5,
    crowded=0.1,
    timing=Timing(open=2.0, quiet=0.3, answer=0.3, close=0.2),
)


@dataclass
class Bot:
    """`requests` is what was typed to it; each is journalled, and answered once `may_answer` is set.

    `threads` is where it looks, besides its channels, for what was typed while it was away.
    """

    world: Running
    source: SlackSource
    outbox: Outbox
    intake: Intake
    journal: Journal
    threads: list[Place]
    requests: list[Request] = field(default_factory=list)
    may_answer: Flag = field(default_factory=Flag)
    failed: ShippyError | None = None

    def run(self) -> None:
        try:
            for request in self.intake.requests():
                self.requests.append(request)
                self.journal.append(CommandReceived(request.id, request.person, request.place, request.text))
                gevent.spawn(self._answer, request)
        except ShippyError as error:
            self.failed = error

    def _answer(self, request: Request) -> None:
        self.may_answer.wait()
        request.answer(NotUnderstood(request.text, f"from {request.person.name}"))

    def texts(self) -> list[str]:
        return [request.text for request in self.requests]

    def sockets(self) -> list[int]:
        return [socket["number"] for socket in self.world.workspace.connections()["sockets"]]


def echo(answer: Answer | ShippyError) -> str:
    match answer:
        case NotUnderstood(text=text, problem=problem):
            return f"{problem}: {text}"
        case Missed(away_seconds=away):
            return f"missed: {away:.0f} s"
    return type(answer).__name__


def until(true: Callable[[], object], what: str, seconds: float = 10.0) -> None:
    """Wait for something that nothing announces."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        gevent.sleep(0.02)


def answered(world: Running, text: str, channel: str = "#deploys") -> Json:
    """The bot's message with this text, once it is there."""

    def said(messages: list[Json]) -> Json | None:
        return next((message for message in messages if message["text"] == text), None)

    return world.workspace.wait_for(said, channel=channel)


@contextmanager
def bot(
    world: Running,
    kind: str,
    *,
    channels: tuple[str, ...] = ("#deploys",),
    bot_token: str | None = None,
    app_token: str | None = None,
    journal: Journal | None = None,
    threads: Iterable[Place] = (),
    unnoticed: float = UNNOTICED_SECONDS,
) -> Iterator[Bot]:
    """A bot that begins to connect, with a journal of its own if none is given."""
    api = SlackApi(bot_token or world.bot_token, world.api_url, timeout=3.0)
    app = SlackApi(app_token or world.app_token, world.api_url, timeout=3.0)
    transport: Transport = SocketMode(app) if kind == "socket_mode" else Rtm(api)
    intake = Intake()
    outbox = Outbox(api, backoff=Backoff(0.05, 0.2))
    directory = SlackDirectory(api)
    journal = journal or open_journal("sqlite:///:memory:")
    places = list(threads)
    source = SlackSource(
        "shippy",
        channels,
        api=api,
        transport=transport,
        profiles=directory,
        intake=intake,
        journal=journal,
        request_of=Requests(outbox, directory.name, echo).of,
        threads=lambda: places,
        pace=QUICK,
        unnoticed=unnoticed,
    )
    running = Bot(world, source, outbox, intake, journal, places)
    running.may_answer.set()
    outbox.start()
    source.start()
    main_loop = gevent.spawn(running.run)
    try:
        yield running
    finally:
        intake.stop()
        source.stop()
        outbox.stop(2.0)
        main_loop.join(timeout=5)
        api.close()
        app.close()


@contextmanager
def connected(
    world: Running, kind: str, journal: Journal | None = None, unnoticed: float = UNNOTICED_SECONDS
) -> Iterator[Bot]:
    with bot(world, kind, journal=journal, unnoticed=unnoticed) as running:
        until(lambda: running.source.connected, "connected")
        yield running
