"""Shippy's chat, commands and deploys as the daemon has them, on a real Slack of the playground; what they ship on is
in memory, so that a deploy takes no time of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import gevent
from gevent.pool import Group

from playground.slack.process import Running
from shippy.answers import Answer
from shippy.backoff import Backoff
from shippy.chat import markup
from shippy.chat.card import Card, Scene, card
from shippy.chat.directory import SlackDirectory
from shippy.chat.incoming.intake import Intake
from shippy.chat.incoming.requests import Requests
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.incoming.source import SlackSource
from shippy.chat.outgoing.details import Details
from shippy.chat.outgoing.living import LivingMessages
from shippy.chat.outgoing.living_message import Pace as EditingPace
from shippy.chat.outgoing.outbox import Outbox
from shippy.chat.slack import SlackApi
from shippy.deploys.recovery import recover
from shippy.errors import ShippyError
from shippy.events import Entry
from shippy.model import Deploy, HostProgress, Turns
from shippy.sentences import narrate, narrate_lock, render
from tests.chat.rig import QUICK
from tests.commands.desk import Desk
from tests.fakes.chat import FakeListener
from tests.fakes.clock import WallClock
from tests.world import World

BOT = "shippy"
CHANNEL = "#deploys"
UNNOTICED_SECONDS = 0.5
EDITING = EditingPace(between=0.1, refresh=30.0, first=0.05, most=0.2)


def drawn(deploy: Deploy, progress: Mapping[str, HostProgress]) -> Card:
    now = deploy.ended or datetime.now(UTC)
    return card(Scene(deploy, progress, now, "http://vip.example.com/", {}, BOT, Turns(), lambda person: person.name))


def words_of(answer: Answer | ShippyError) -> str:
    return markup.message(render(answer, bot=BOT))


def narrated(entry: Entry, deploy: Deploy) -> str | None:
    return narrate(entry, deploy, bot=BOT, vip="http://vip.example.com/", links={})


def narrated_lock(entry: Entry, holder: Deploy | None) -> str | None:
    return narrate_lock(entry, holder, bot=BOT)


@dataclass
class Relay(FakeListener):
    """Tells the messages of the daemon that runs now."""

    living: LivingMessages | None = None

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        if self.living:
            self.living.heard(entry, deploy)

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        if self.living:
            self.living.progressed(deploy, progress)


@dataclass
class Shippy:
    """A daemon that can be started again and again; `world` stays, as the hosts and the journal do."""

    slack: Running
    transport: str
    world: World = field(default_factory=lambda: World(clock=WallClock()))

    def __post_init__(self) -> None:
        self.desk = Desk(self.world)
        self.relay = Relay()
        self.world.listener = self.relay

    def start(self) -> None:
        api = SlackApi(self.slack.bot_token, self.slack.api_url, timeout=3.0)
        app = SlackApi(self.slack.app_token, self.slack.api_url, timeout=3.0)
        directory = SlackDirectory(api)
        self.intake = Intake()
        self.outbox = Outbox(api, backoff=Backoff(0.05, 0.2))
        self.source = SlackSource(
            BOT,
            [CHANNEL],
            api=api,
            transport=SocketMode(app) if self.transport == "socket_mode" else Rtm(api),
            profiles=directory,
            intake=self.intake,
            journal=self.world.journal,
            request_of=Requests(self.outbox, directory.name, words_of).of,
            threads=lambda: [session.deploy.place for session in self.world.deploys.locks],
            pace=QUICK,
            unnoticed=UNNOTICED_SECONDS,
        )
        self.running = Group()
        for recovering in recover(self.world.restarted()):
            self.running.add(recovering)
        self.living = LivingMessages(
            board=api,
            outbox=self.outbox,
            channels=[CHANNEL],
            channel_id=directory.channel,
            draw=drawn,
            details=Details(narrated, narrated_lock, lambda _, deploy: (deploy.owner.id,)),
            announced=self.world.deploys.announced,
            pace=EDITING,
        )
        self.relay.living = self.living
        for session in self.world.deploys.locks:
            self.living.adopt(session.deploy)
        self.outbox.start()
        self.source.start()
        self.main_loop = gevent.spawn(self._run)

    def stop(self) -> None:
        self.intake.stop()
        self.source.stop()
        self.main_loop.join(timeout=5)
        self.running.join(timeout=5)
        self.living.stop(5.0)
        self.outbox.stop(5.0)

    def _run(self) -> None:
        for request in self.intake.requests():
            self.running.spawn(self.desk.dispatcher.handle, request)
