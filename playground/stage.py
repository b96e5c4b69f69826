"""The whole local world: machines, Slack, GitHub, CI, visitors, and shippy in the middle of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playground.daemon import Connections, Daemon, app_section
from playground.github.client import Hub
from playground.machine.server import Server, start_server
from playground.machine.swarm import make_swarm
from playground.machine.topology import Machines, start_machines
from playground.sample.branches import MAIN, plant
from playground.slack.client import Workspace
from playground.visitors.client import Visitors

REPOSITORY = "acme/web"
BUILD = "ci/build"
BUILD_SECONDS = 60.0
CHAT_SECONDS = 60.0
OWNER = "dana"

OTHER_ENDINGS = ("Not shipped:", "Failed:", "Failed, taking it back:", "Aborted:", "so this was not run", "not merged:")
"""What shippy says where a ship or a commit did not become what was asked for."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """A running world. Everything in it ends with the ExitStack that it was started on."""

    folder: Path
    machines: Machines
    slack: Workspace
    hub: Hub
    ci: Server
    daemon: Daemon

    def visitors(self, ending: ExitStack, rate: float = 20.0, *, mixed: bool = False) -> Visitors:
        """Let visitors come, so many times a second, to every balancer in turn.

        `mixed` ones bring uploads, and ask for slow answers, streams and WebSockets, as well.
        """
        arguments = [argument for one in self.machines.balancers for argument in ("--balancer", one.public_url)]
        arguments += ["--rate", f"{rate:g}", *(["--mixed"] if mixed else [])]
        server = ending.enter_context(start_server("playground.visitors", *arguments, folder=self.folder))
        return Visitors(server.url)

    def go_live(self) -> None:
        """Ship master, as somebody would on the first day, and wait until it serves the public."""
        self.hub.wait_for_status(MAIN, BUILD, "success", BUILD_SECONDS)
        self.hub.sign_off(MAIN)
        thread = self.slack.type(OWNER, f"shippy ship {MAIN}")
        self.wait_for(thread, "Ready to verify", unless=OTHER_ENDINGS)
        self.slack.type(OWNER, "shippy commit", thread=thread)
        self.wait_for(thread, "Done:", unless=OTHER_ENDINGS)

    def update_branch(self, branch: str) -> None:
        """Merge master into a branch, as its author would, have it built, and signed off again."""
        with self.hub.checkout() as checkout:
            checkout.switch(branch)
            checkout.git("merge", "--quiet", "--no-edit", f"origin/{MAIN}")
            checkout.push()
        self.hub.wait_for_status(branch, BUILD, "success", BUILD_SECONDS)
        self.hub.sign_off(branch)

    def wait_for(self, since: str, words: str, seconds: float = CHAT_SECONDS, unless: Sequence[str] = ()) -> str:
        """See Workspace.wait_for_words."""
        return self.slack.wait_for_words(since, words, seconds, unless)


def start_stage(
    folder: Path,
    ending: ExitStack,
    say: Say = lambda _: None,
    *,
    transport: str = "socket_mode",
    chat_port: int = 0,
    traffic: Mapping[str, str] = MappingProxyType({}),
    prefetch: Mapping[str, object] = MappingProxyType({}),
    swarm: bool = False,
) -> Stage:
    """Start everything but the visitors, side by side where nothing waits for the other.

    Args:
        folder: gets the repositories, the journal and all logs.
        ending: ends it all again.
        say: is told what is being done.
        chat_port: where the chat's page is; 0 lets the system choose.
        traffic: settings of the app's traffic that are not the playground's own.
        prefetch: whose images are pulled ahead; nobody's, unless it says so.
        swarm: the hosts are a Docker Swarm, and shippy reaches them through its managers.

    Raises:
        MissingPrograms, NoEngine: something has to be installed first.
        NoSwarm: one engine stands for all hosts.
        ProcessFailed: something could not start; with the last lines of its log.
    """
    say("Starting Docker engines, a registry, a Slack and a GitHub …")
    with ThreadPoolExecutor(max_workers=1) as pool:
        services = pool.submit(_start_services, folder, ending, chat_port)
        # In this very thread: the kernel ends these processes with the thread that has started them.
        machines = ending.enter_context(start_machines())
        if swarm:
            make_swarm(machines.hosts)
        slack_server, hub, github_server = services.result()
    builder = ("--engine", machines.builder, "--registry", machines.registry.address)
    ci = ending.enter_context(
        start_server("playground.ci", "--github", github_server.url, *builder, folder=folder, ready_seconds=60)
    )
    say("Starting shippy and the balancers …")
    slack_info, github_info = slack_server.info, github_server.info
    connections = Connections(
        transport,
        slack_info["api_url"],
        slack_info["bot_token"],
        slack_info["app_token"],
        github_info["api_url"],
        github_info["token"],
    )
    section = app_section(machines, REPOSITORY, swarm=swarm)
    section["traffic"] |= traffic
    section["prefetch"] = dict(prefetch)
    section["links"] = {"Build": f"{ci.url}/builds/{{commit}}", "Commit": f"{hub.page}/commit/{{commit}}"}
    daemon = Daemon(folder / "shippy", connections, section)
    for balancer in machines.balancers:
        balancer.start(daemon.balancer_config(balancer, machines.balancers[0]))
    daemon.start()
    ending.callback(daemon.stop)
    slack = Workspace(slack_server.url)
    slack.wait_for_connections(1)
    return Stage(folder, machines, slack, hub, ci, daemon)


def _start_services(folder: Path, ending: ExitStack, chat_port: int) -> tuple[Server, Hub, Server]:
    slack = ending.enter_context(start_server("playground.slack", "--port", str(chat_port), folder=folder))
    github = ending.enter_context(start_server("playground.github", "--root", folder / "git", folder=folder))
    hub = Hub(github.url, REPOSITORY)
    plant(hub)
    return slack, hub, github
