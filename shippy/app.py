"""The one place that knows every part, and puts them together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import gevent
from gevent.pool import Group

from shippy.backend.docker.engine import Engines
from shippy.backend.haproxy.pulse import Pulses
from shippy.backend.kinds import balancers_of, fleet_of
from shippy.chat import markup
from shippy.chat.card import Card
from shippy.chat.directory import SlackDirectory
from shippy.chat.incoming.intake import Intake
from shippy.chat.incoming.requests import Requests
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.incoming.source import SlackSource, Transport
from shippy.chat.local import LocalSocket
from shippy.chat.nobody import Nobody
from shippy.chat.outgoing.called import called
from shippy.chat.outgoing.details import Details
from shippy.chat.outgoing.living import LivingMessages
from shippy.chat.outgoing.outbox import Outbox
from shippy.chat.slack import SlackApi
from shippy.commands.dispatch import Dispatcher
from shippy.commands.identities import Identities
from shippy.commands.rights import Rights
from shippy.commands.verb import Context
from shippy.config import Config
from shippy.config.schema import Chat
from shippy.config.schema import Transport as TransportName
from shippy.deploys.listening import Listeners
from shippy.deploys.prefetch.prefetching import Prefetching
from shippy.deploys.recovery import recover
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.deploys.watch.climber import Climber
from shippy.deploys.watch.forgetting import Forgetting
from shippy.deploys.watch.housekeeping import Housekeeping
from shippy.deploys.watch.judge import Judge
from shippy.deploys.watch.pinned import PinnedWatch
from shippy.deploys.watch.reconciler import Reconciler
from shippy.github import GitHubRepository, connect
from shippy.journal import SqlJournal, open_journal
from shippy.model import Deploy, HostProgress, Phase, Place
from shippy.monitoring import metrics_of
from shippy.onlookers import metrics_page, on_github
from shippy.ports import Clock, Journal, Request
from shippy.serving import Serving
from shippy.voice import Voice
from shippy.webhook import GitHubCalls

log = logging.getLogger(__name__)

COMMANDS_SECONDS = 3.0
"""What commands in flight get to end by themselves at a shutdown; their steps are stopped then."""

STEPS_SECONDS = 2.0
"""What those steps get to stop, and a merge that is under way to be answered; what goes on then is cut off."""

FAREWELL_SECONDS = 1.0
"""What waits to be said at a shutdown gets so long."""

BROUGHT_UP_TO_DATE = 5
"""The messages of so many deploys, the running ones among them, are looked after by a daemon that starts."""


class RealClock:
    """Implements ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        gevent.sleep(seconds)


@dataclass(frozen=True)
class Slack:
    """What the daemon has of Slack: where commands come from, where words go, and who is who."""

    api: SlackApi
    source: SlackSource
    outbox: Outbox
    directory: SlackDirectory


class Daemon:
    """Shippy, put together and ready to run.

    Args:
        sites: the apps with what their deploys act on, where that is not what the config says.
        journal: the config's, where it is open already.

    Raises:
        JournalFailed: the journal cannot be used.
    """

    def __init__(
        self, config: Config, sites: Mapping[str, Site] | None = None, journal: SqlJournal | None = None
    ) -> None:
        self._intake = Intake()
        self._clock: Clock = RealClock()
        self._journal = journal or open_journal(config.journal)
        self._slack = _slack(config, self._intake, self._journal, self._threads)
        voice = Voice(config)
        self._local = LocalSocket(
            config.name, config.control, intake=self._intake, render=voice.render, narrate=voice.narrate
        )
        self._living = self._living_messages(config, self._slack) if self._slack else None
        self._on_github = on_github(config, self._journal, self._slack.api if self._slack else None)
        sites = _sites(config) if sites is None else sites
        self._metrics = metrics_page(config, sites, lambda: (session.deploy for session in self._deploys.locks))
        listeners = (self._local, self._living, self._on_github, self._metrics and self._metrics.numbers)
        everybody = Listeners(*(listener for listener in listeners if listener))
        self._deploys = Deploys(sites, self._journal, self._clock, everybody)
        directory = self._slack.directory if self._slack else Nobody()
        # Every repository is on the same GitHub, and any of them can look somebody up there.
        login_with = next(iter(sites.values())).code.login_of
        self._identities = Identities(config.people.github, directory, login_with)
        rights = Rights(config.people, directory, self._identities)
        self._dispatcher = Dispatcher(self._journal, rights, self._context)
        self._nags = config.nags
        self._climber = Climber(self._deploys)
        self._prefetching = Prefetching(self._deploys, called=config.webhook is not None)
        calls = GitHubCalls(config.webhook, self._prefetching.wake) if config.webhook else None
        servers: tuple[Serving | None, ...] = (self._metrics, calls)
        self._servers = tuple(server for server in servers if server)
        self._running = Group()
        self._watching: list[gevent.Greenlet[..., None]] = []

    def start(self) -> None:
        """Take the locks of unfinished deploys again, and begin to listen.

        Raises:
            Unavailable: the local socket cannot be made, or the address of the metrics or the webhook not be had.
        """
        self._local.start()
        for server in self._servers:
            server.start()
        for greenlet in recover(self._deploys):
            self._running.add(greenlet)
        self._running.spawn(self._climber.run)
        self._watching = [
            gevent.spawn(Reconciler(self._deploys).run),
            gevent.spawn(Housekeeping(self._deploys, self._nags).run),
            gevent.spawn(Judge(self._deploys).run),
            gevent.spawn(Forgetting(self._deploys).run),
            gevent.spawn(PinnedWatch(self._deploys).run),
            gevent.spawn(self._prefetching.run),
        ]
        if self._slack:
            self._slack.outbox.start()
            self._slack.source.start()
        for deploy in self._deploys.recent(BROUGHT_UP_TO_DATE):
            self._on_github.adopt(deploy, self._clock.now())
            if self._living:
                self._living.adopt(deploy)

    def requests(self) -> Iterator[Request]:
        """What people type, until `leave`. Raises ShippyError when Slack refuses the daemon for good."""
        return self._intake.requests()

    def spawn(self, request: Request) -> None:
        """Run a request in a greenlet of its own."""
        self._running.spawn(self._dispatcher.handle, request)

    def leave(self) -> None:
        """Take no more requests: `requests` ends."""
        self._intake.stop()

    def stop(self) -> None:
        """End what runs: first who brings work, then the work, then the ways to the outside, then the journal.

        It takes less than ten seconds, whatever does not answer: the journal tells the next daemon how to go on.
        """
        self._intake.stop()
        # Beside the commands: it asks Slack, for a second at most, whom to tell of it.
        from_slack = [gevent.spawn(self._slack.source.stop)] if self._slack else []
        self._climber.stop()
        self._running.join(timeout=COMMANDS_SECONDS)
        gevent.joinall(from_slack)
        gevent.killall(self._watching, timeout=FAREWELL_SECONDS)
        with gevent.Timeout(STEPS_SECONDS, False):  # type: ignore[arg-type] # False: it ends in silence
            self._deploys.suspend()
            self._running.join()
        self._running.kill(timeout=FAREWELL_SECONDS)
        ends = (self._on_github.stop, *(server.stop for server in self._servers))
        leaving = [gevent.spawn(end, FAREWELL_SECONDS) for end in ends]
        self._local.stop(FAREWELL_SECONDS)
        if self._slack and self._living:
            self._living.stop(FAREWELL_SECONDS)
            self._slack.outbox.stop(FAREWELL_SECONDS)
        gevent.joinall(leaving)
        self._journal.close()

    def _threads(self) -> Iterator[Place]:
        """Where people follow the deploys that run."""
        for session in self._deploys.locks:
            yield from (place for place in (session.deploy.place, session.deploy.message) if place and place.channel)

    def _context(self, request: Request) -> Context:
        who_and_where = (request.person, request.place)
        return Context(*who_and_where, self._deploys, self._clock, self._identities, request.expects)

    def _stalled(self, deploy: Deploy) -> bool:
        """Whether nobody goes on with the commit of a deploy."""
        idle = (session.deploy.id for session in self._deploys.locks if not session.busy)
        return deploy.phase is Phase.COMMITTING and deploy.id in idle

    def _announced(self, deploy: str, message: Place) -> None:
        self._deploys.announced(deploy, message)

    def _living_messages(self, config: Config, slack: Slack) -> LivingMessages:
        voice = Voice(config, markup.message, markup.fenced)

        def draw(deploy: Deploy, progress: Mapping[str, HostProgress]) -> Card:
            turns = self._deploys.waiting.of(deploy.lock)
            return voice.draw(deploy, progress, self._clock.now(), turns, stalled=self._stalled(deploy))

        may_approve = config.people.approve
        approvers = (*may_approve.usergroups, *may_approve.users)
        return LivingMessages(
            board=slack.api,
            outbox=slack.outbox,
            channels=config.chat.channels,
            channel_id=slack.directory.channel,
            draw=draw,
            details=Details(
                voice.narrate,
                voice.narrate_lock,
                called=lambda entry, deploy: called(entry, deploy, self._identities.person_of, approvers),
            ),
            announced=self._announced,
        )


def _sites(config: Config) -> dict[str, Site]:
    client, engines, pulses = connect(config.github), Engines(), Pulses()
    return {
        name: Site(
            name,
            app,
            GitHubRepository(client, app.repository),
            fleet_of(name, app, engines),
            balancers_of(name, app, pulses),
            metrics_of(app),
        )
        for name, app in config.apps.items()
    }


def _slack(config: Config, intake: Intake, journal: Journal, threads: Callable[[], Iterable[Place]]) -> Slack | None:
    chat = config.chat
    if chat.transport is TransportName.LOCAL or chat.bot_token is None:
        return None
    api = SlackApi(chat.bot_token.get_secret_value(), chat.api_url)
    directory = SlackDirectory(api)
    outbox = Outbox(api)
    voice = Voice(config, markup.message, markup.fenced)
    source = SlackSource(
        config.name,
        chat.channels,
        api=api,
        transport=_transport(chat, api),
        profiles=directory,
        intake=intake,
        journal=journal,
        request_of=Requests(outbox, directory.name, voice.render).of,
        threads=threads,
    )
    return Slack(api, source, outbox, directory)


def _transport(chat: Chat, api: SlackApi) -> Transport:
    if chat.transport is TransportName.RTM or chat.app_token is None:
        return Rtm(api)
    return SocketMode(SlackApi(chat.app_token.get_secret_value(), chat.api_url))
