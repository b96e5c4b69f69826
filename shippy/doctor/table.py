"""The table of everything that is examined, in order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from shippy.chat.local import local_person
from shippy.config import App, Config
from shippy.config.schema import Transport
from shippy.doctor import balancers, github, hosts, local, slack, swarm, urls
from shippy.doctor.findings import Examination, Findings, ok

SLACK = "Slack"


def examinations(config: Config, file: Path) -> Iterator[Examination]:
    """All of them; those of one group follow each other."""
    yield Examination("Config", partial(_config, config, file))
    yield Examination("Journal", partial(local.journal, config.journal))
    yield Examination("Control socket", partial(local.control_socket, config.control))
    yield from _slack(config)
    yield Examination("GitHub", partial(github.github, config))
    for name, app in config.apps.items():
        yield from _app(name, app)


def _app(name: str, app: App) -> Iterator[Examination]:
    if app.swarm:
        yield from swarm.engines(name, app, app.swarm)
        yield Examination(f"Swarm of {name}", partial(swarm.nodes, name, app, app.swarm))
    for host in app.hosts:
        yield Examination(f"Host {host.name} of {name}", partial(hosts.host, name, app, host))
    for balancer in app.balancers:
        yield Examination(f"Balancer {balancer.name} of {name}", partial(balancers.balancer, name, balancer))
    yield Examination(f"Balancers of {name}", partial(balancers.agreement, name, app))
    yield Examination(f"URLs of {name}", partial(urls.answers, "public", app.public))
    yield Examination(f"URLs of {name}", partial(urls.answers, "the VIP", app.vip))


def _slack(config: Config) -> Iterator[Examination]:
    chat = config.chat
    if chat.transport is Transport.LOCAL or chat.bot_token is None:
        return
    token = chat.bot_token.get_secret_value()
    yield Examination(SLACK, partial(slack.bot, config, token))
    if chat.transport is Transport.RTM:
        yield Examination(SLACK, partial(slack.rtm, config, token))
    elif chat.app_token is not None:
        yield Examination(SLACK, partial(slack.socket_mode, config, chat.app_token.get_secret_value()))


def _config(config: Config, file: Path) -> Findings:
    apps = ", ".join(config.apps)
    yield ok(f"{file} is right: it has the apps {apps}, and the chat {config.chat.transport}")
    user = local_person(os.getuid()).name
    yield ok(f"what follows was tried as the user {user}: run this as the one that shippy runs as")
