"""A whole real world that is there to be broken, case after case, and what a case does with it."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playground.daemon import APP, Connections, Daemon, app_section
from playground.github.client import Hub
from playground.machine.balancer import Balancer
from playground.machine.postgres import running_postgres
from playground.machine.server import start_server
from playground.machine.topology import Machines, start_machines
from playground.sample.branches import MAIN
from playground.slack.client import Workspace
from playground.visitors.client import Visitors
from shippy.chat.tell import tell
from shippy.commands.dispatch import DONE
from shippy.errors import ShippyError
from tests.breaking.branches import BUILD, Branches
from tests.breaking.images import Images
from tests.breaking.records import Records
from tests.breaking.strike import Orders, eventually

REPOSITORY = "acme/web"
DEADLY = Path(__file__).with_name("deadly_ship.py")
# A Slack that comes and goes again and again is asked for a new connection every 30 s at the least.
CONNECTED_SECONDS = 40.0
COMMAND_SECONDS = 60.0
ACTIVE_SECONDS = 15.0
STANDBY = "on standby"
DRAIN_SECONDS = 5
NEEDED_HOSTS = 2
WARM = "1h"
REQUESTS = 10_000_000
# As gentle as they come: a few requests are under way at any moment.
VISITS_A_SECOND = "10"
VISITING_SECONDS = "14400"


class Broken(Exception):
    """The world is not what the next case begins with, and cannot be brought back to it."""


@dataclass(frozen=True)
class Actor:
    """A daemon, and what makes it do as it should not."""

    daemon: Daemon
    orders: Orders


@dataclass
class World:
    """Machines, a chat, a GitHub, and a daemon that does as the orders say; master is live, nothing is running.

    Attributes:
        other: a second daemon, which stands by for the first one, where the journal can be shared.
        visitors: those of each balancer, by its name.
        failures: the requests that were lost by visitors who have left since, by the reason.
    """

    machines: Machines
    slack: Workspace
    hub: Hub
    daemon: Daemon
    orders: Orders
    branches: Branches
    records: Records
    ending: ExitStack
    other: Actor | None = None
    visitors: dict[str, Visitors] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)
    _warm: bool = False
    _coming: dict[str, ExitStack] = field(default_factory=dict)

    def type(self, text: str, person: str = "dana", thread: str | None = None) -> str:
        """Somebody types a command in the channel; returns the message's ts."""
        return self.slack.type(person, f"shippy {text}", thread=thread)

    def do(self, text: str, thread: str | None = None, seconds: float = COMMAND_SECONDS) -> str:
        """Type a command and wait until it has ended, whichever way. Raises Broken."""
        before = self.records.last_number
        ts = self.type(text, thread=thread)
        if not eventually(seconds, lambda: self.records.ended(text, before) is not None):
            taken = "has not ended" if self.records.taken(text, before) else "was not taken"
            raise Broken(f"{text!r} {taken} within {seconds:g} s:\n{self.slack.transcript()}")
        return ts

    def do_well(self, text: str, thread: str | None = None) -> str:
        """The same with a command that has to be done. Raises Broken, with why it was not."""
        before = self.records.last_number
        ts = self.do(text, thread)
        ended = self.records.ended(text, before)
        if ended is None or ended.outcome != DONE:
            raise Broken(f"{text!r} was not done: {ended}")
        return ts

    def tell(self, text: str) -> list[str]:
        """What the daemon says to a command over its local socket, why it cannot be told too."""
        said: list[str] = []
        try:
            tell(self.daemon.control, text, said.append, COMMAND_SECONDS)
        except ShippyError as error:
            said.append(str(error))
        return said

    def restart(self) -> None:
        """An ordinary daemon on the same journal, once the one before is dead."""
        self.orders.withdraw()
        if self.other:
            self.other.daemon.kill()
        self.daemon.stop()
        self.daemon.start()
        if self.other:
            self.wait_until_active()
            self.other.daemon.start()

    def wait_until_active(self) -> None:
        """Wait until the daemon does not stand by any more. Raises Broken."""
        if not eventually(ACTIVE_SECONDS, lambda: STANDBY not in " ".join(self.tell("queue"))):
            raise Broken("the daemon stands by, and nobody is active")

    def change_roles(self) -> None:
        """The one that stood by is the daemon now. Raises Broken where there is none."""
        if self.other is None:
            raise Broken("there is only one daemon")
        before = Actor(self.daemon, self.orders)
        self.daemon, self.orders, self.other = self.other.daemon, self.other.orders, before

    def keep_warm(self, warm: bool) -> None:
        """Whether the containers from before stay for a while after a commit: a daemon with another config."""
        if warm is not self._warm:
            self._warm = warm
            for daemon in (self.daemon, *([self.other.daemon] if self.other else [])):
                daemon.configure(_app(self.machines, warm=WARM if warm else "0s"))
            self.restart()

    def connected(self) -> None:
        """Wait until the daemon hears what is typed."""
        self.slack.wait_for_connections(1, CONNECTED_SECONDS)

    @property
    def lost(self) -> Counter[str]:
        """How many requests of steady visitors have been lost so far, by the balancer and the reason."""
        return self._failures + sum((_failures(*each) for each in self.visitors.items()), Counter())

    def let_visitors_come(self, balancer: Balancer) -> None:
        """A few, at a steady rate, to one balancer."""
        coming = self._coming[balancer.name] = ExitStack()
        self.ending.push(coming)
        arguments = ("--balancer", balancer.public_url, "--rate", VISITS_A_SECOND, "--stop-after", VISITING_SECONDS)
        server = coming.enter_context(start_server("playground.visitors", *arguments))
        self.visitors[balancer.name] = Visitors(server.url)
        coming.callback(self.visitors[balancer.name].close)

    def send_visitors_away(self, balancer: Balancer) -> None:
        """Before a balancer is stopped: whoever is with it then is lost by that, and not by shippy."""
        self._failures += _failures(balancer.name, self.visitors.pop(balancer.name))
        self._coming.pop(balancer.name).close()


def start_world(
    folder: Path, ending: ExitStack, say: Callable[[str], None] = lambda _: None, *, shared: bool = False
) -> World:
    """Start everything, and make master live. With a `shared` journal, on PostgreSQL, a second daemon stands by.

    Raises:
        MissingPrograms, NoEngine, ProcessFailed: see playground.stage.start_stage.
    """
    say("Starting engines, a registry, balancers, a chat and a GitHub …")
    machines = ending.enter_context(start_machines(own_hosts=True))
    slack_server = ending.enter_context(start_server("playground.slack", folder=folder))
    github = ending.enter_context(start_server("playground.github", "--root", folder / "git", folder=folder))
    hub, slack = Hub(github.url, REPOSITORY), Workspace(slack_server.url)
    hub.create()
    # Hundreds of cases, each looked at until it converges, are more than an hour's requests.
    hub.set_budget(limit=REQUESTS)
    images = Images(machines, REPOSITORY)
    ending.callback(images.close)
    branches = Branches(hub, images)
    branches.plant_master()
    tokens = (slack_server.info["api_url"], slack_server.info["bot_token"], slack_server.info["app_token"])
    connections = Connections("socket_mode", *tokens, github.info["api_url"], github.info["token"])
    journal = ending.enter_context(running_postgres()).url("postgres") if shared else ""
    active, other = (_actor(folder / name, connections, machines, journal) for name in ("shippy", "standby"))
    for balancer in machines.balancers:
        balancer.start(active.daemon.balancer_config(balancer, machines.balancers[0]))
    active.daemon.start()
    ending.callback(active.daemon.kill)
    records = Records(active.daemon.journal, APP)
    world = World(machines, slack, hub, active.daemon, active.orders, branches, records, ending)
    if shared:
        world.other = other
        other.daemon.start()
        ending.callback(other.daemon.kill)
    _go_live(world)
    for balancer in machines.balancers:
        world.let_visitors_come(balancer)
    return world


def _actor(folder: Path, connections: Connections, machines: Machines, journal: str) -> Actor:
    orders = Orders(folder.with_suffix(".orders"))
    program = (sys.executable, DEADLY, orders.path)
    return Actor(Daemon(folder, connections, _app(machines), program, journal=journal), orders)


def _app(machines: Machines, *, warm: str = "0s") -> dict[str, object]:
    """The app's config: one host of three may fail, and nothing takes long."""
    section = app_section(machines, REPOSITORY)
    health = {"path": "/health", "interval": "200ms", "timeout": "2s", "deadline": "10s"}
    return section | {
        "min_hosts": NEEDED_HOSTS,
        "health": health,
        "container": {"port": 8080, "stop_grace": "2s"},
        "traffic": {"drain": f"{DRAIN_SECONDS}s", "warm": warm},
        "checks": {"statuses": [BUILD, "qa/sign-off"], "up_to_date": True},
    }


def _go_live(world: World) -> None:
    world.connected()
    thread = world.do_well(f"ship {MAIN}")
    world.do_well("commit", thread)


def _failures(balancer: str, visitors: Visitors) -> Counter[str]:
    return Counter({f"{balancer}, {reason}": count for reason, count in visitors.total().failures.items()})


def at_once(*calls: Callable[[], object]) -> list[threading.Thread]:
    """Start calls side by side."""
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    return threads
