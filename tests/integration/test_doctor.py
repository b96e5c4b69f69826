"""`ship.py doctor` as somebody runs it: on real machines on which all is well, and with one thing wrong at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest
import yaml

from playground.daemon import APP, Connections, Daemon, app_section
from playground.machine.images import HEALTHY, publish
from playground.machine.topology import Machines, start_machines
from playground.slack import seed as seeds
from playground.slack.process import running
from shippy.backend.docker.fleet import DockerFleet
from shippy.config import load
from shippy.model import Image, Release, Slot
from tests.github.served import served_github

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 20.0
FEW = "xoxb-playground-few"


@dataclass(frozen=True)
class Told:
    code: int
    text: str

    def lines(self, mark: str) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip().startswith(mark)]

    @property
    def missing(self) -> list[str]:
        return self.lines("✗")


@dataclass(frozen=True)
class Site:
    """Everything that a daemon needs, and its config; no daemon has run there."""

    daemon: Daemon
    machines: Machines

    def doctor(self, change: Callable[[Any], object] = lambda _: None) -> Told:
        """What is told of the config after a change of its content."""
        content = yaml.safe_load(self.daemon.config.read_text())
        change(content)
        changed = self.daemon.folder.with_suffix(".yml")
        changed.write_text(yaml.safe_dump(content))
        command: list[str | Path] = [sys.executable, ROOT / "ship.py", "doctor", "--config", changed]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * MOST_SECONDS, check=False)
        assert time.monotonic() - began < MOST_SECONDS
        assert done.stderr == ""
        return Told(done.returncode, done.stdout)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as ending:
        machines = ending.enter_context(start_machines(("web1", "web2"), tls=["web2"]))
        slack = ending.enter_context(running("--seed", str(seed_with_another_token(folder))))
        github = ending.enter_context(served_github(folder))
        github.repository("web")
        connections = Connections(
            "socket_mode", slack.api_url, slack.bot_token, slack.app_token, github.api_url, github.token
        )
        daemon = Daemon(folder / "shippy", connections, app_section(machines))
        for balancer in machines.balancers:
            balancer.start(daemon.balancer_config(balancer, machines.balancers[0]))
        start_a_container(machines, daemon.config)
        yield Site(daemon, machines)


def seed_with_another_token(folder: Path) -> Path:
    """The usual workspace, with a second bot token that has only a few scopes."""
    tokens: list[dict[str, Any]] = [
        {"token": each.token, "kind": each.kind, "user": each.user, "scopes": sorted(each.scopes)}
        for each in seeds.load().grants
    ]
    few = sorted({*tokens[0]["scopes"]} - {"reactions:write", "usergroups:read"})
    tokens.append({**tokens[0], "token": FEW, "scopes": few})
    file = folder / "seed.json"
    file.write_text(json.dumps({"tokens": tokens}))
    return file


def start_a_container(machines: Machines, config: Path) -> None:
    """As a deploy would: one container of the app on each host."""
    reference = f"{machines.registry.address}/acme/web:{'c' * 40}"
    with closing(docker.DockerClient(base_url=machines.builder)) as client:
        publish(client, reference, HEALTHY, "v1")
    fleet = DockerFleet(APP, load(config).apps[APP])
    image: Image = fleet.resolve(reference)
    fleet.prepare(Release(APP, "d1", "c" * 40, image, Slot.BLUE), lambda _: None, lambda _: None)
    fleet.close()


def test_where_all_is_well_nothing_is_missing_and_nothing_is_changed(site: Site) -> None:
    before = sorted(site.daemon.folder.rglob("*"))
    told = site.doctor()
    assert (told.code, told.missing, told.lines("!")) == (0, [], []), told.text
    assert told.text.endswith("\nNothing is missing.\n")
    for found in (
        "Slack accepts chat.bot_token: it is @shippy",
        "the bot is in #deploys",
        "acme/web can be read, and merged into",
        "its TLS certificates are in order",
        "the registry answers its engine about",
        "where a container of web runs, can be reached",
        "lb1, lb2 do the same: blue serves the public, nothing is being verified",
        "(the VIP) answered 503",
    ):
        assert found in told.text
    assert sorted(site.daemon.folder.rglob("*")) == before
    assert "xoxb-" not in told.text
    assert "xapp-" not in told.text


def test_a_wrong_token_of_the_bot_is_named(site: Site) -> None:
    told = site.doctor(lambda content: content["chat"].update(bot_token="xoxb-nobody"))  # noqa: S106 - of no account
    assert told.code == 1
    assert told.missing == [
        "✗ chat.bot_token cannot be used: auth.test: invalid_auth, the token is not valid",
    ]


def test_each_missing_scope_is_named_with_what_it_is_for_and_how_to_have_them_all(site: Site) -> None:
    told = site.doctor(lambda content: content["chat"].update(bot_token=FEW))
    assert told.code == 1
    reactions, usergroups = told.missing
    assert reactions.startswith("✗ the bot lacks the scope reactions:write, to react to a message: ")
    assert "to know who is in the user groups of people" in usergroups
    assert "python ship.py doctor --manifest" in told.text.splitlines()[-1]


def test_a_channel_that_the_bot_is_not_in_is_named(site: Site) -> None:
    told = site.doctor(lambda content: content["chat"].update(channels=["#deploys", "#general", "#nowhere"]))
    assert told.code == 1
    not_in, not_found = told.missing
    assert not_in == "✗ the bot is not in #general: type `/invite` with its name there"
    assert not_found.startswith("✗ #nowhere was not found: there is no channel #nowhere")


def test_a_wrong_token_of_github_is_named(site: Site) -> None:
    told = site.doctor(lambda content: content["github"].update(token="nobody"))  # noqa: S106 - of no account
    assert (told.code, told.missing) == (1, ["✗ GitHub cannot be used: the token is not accepted (401)"])


def test_a_host_whose_engine_hangs_is_named_in_time(site: Site) -> None:
    engine = site.machines.hosts[0].engine
    assert engine is not None
    engine.freeze()
    try:
        told = site.doctor()
    finally:
        engine.thaw()
    assert told.code == 1
    (line,) = told.missing
    assert line.startswith(f"✗ its engine at {engine.url} gives no answer: no answer within ")
    assert told.text.partition(line)[0].rstrip().endswith("Host web1 of web")


def test_a_balancer_without_the_configuration_is_named(site: Site) -> None:
    balancer = site.machines.balancers[1]
    installed = site.daemon.balancer_config(balancer, site.machines.balancers[0])
    files = {file: file.read_text() for file in balancer.files.iterdir()}
    for file in files:
        file.unlink()
    balancer.reload(balancer.runtime_sockets() + "defaults\n    timeout client 1s\n")
    try:
        told = site.doctor()
    finally:
        for file, text in files.items():
            file.write_text(text)
        balancer.reload(installed)
    assert told.code == 1
    lacking, no_files = told.missing
    assert "the frontend web_public, the frontend web_vip, the backend web_blue, the backend web_green" in lacking
    assert "balancer-config --app web --balancer lb2" in lacking
    assert f"{balancer.files} has no web.cfg and no web.map" in no_files
