"""Puts together what looks on: what shows deploys on GitHub, and the numbers for a monitoring system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

# As a whole, and only here: it is loaded once the config asks for it (shippy.later).
import shippy.exporter
from shippy.chat.slack import SlackApi
from shippy.config import Config
from shippy.config.schema import App
from shippy.deploys import state
from shippy.deploys.site import Site
from shippy.events import Swapped, SwappedBack
from shippy.github.connecting import Client, connect
from shippy.github.showing import OnGitHub, Part, ShownComment, ShownDeployment, Surroundings, View
from shippy.model import Deploy, Place
from shippy.ports import Journal
from shippy.sentences import deployment_comment, deployment_description


def on_github(config: Config, journal: Journal, slack: SlackApi | None) -> OnGitHub:
    """A listener that does nothing where no app is to be shown. It has connections of its own."""
    wanted = {name: app for name, app in config.apps.items() if app.github_deployments}
    client = connect(config.github) if wanted else None
    return OnGitHub(
        Surroundings(
            parts={name: partial(_parts, client, app) for name, app in wanted.items()} if client else {},
            live=partial(_live, journal),
            deploy=partial(_deploy, journal),
            link=_links(slack),
        )
    )


def metrics_page(
    config: Config, sites: Mapping[str, Site], running: Callable[[], Iterable[Deploy]]
) -> shippy.exporter.MetricsPage | None:
    if config.metrics is None:
        return None
    # Every repository is on the same GitHub, which has one budget.
    code = next(iter(sites.values())).code
    return shippy.exporter.MetricsPage(config.metrics, lambda: code.budget, running)


def _parts(client: Client, app: App) -> Sequence[Part]:
    settings = app.github_deployments
    if settings is None:
        return ()
    repository = client.get_repo(app.repository)
    deployment = ShownDeployment(repository, settings.environment, app.public, _described)
    return (deployment, ShownComment(repository, _written)) if settings.comment else (deployment,)


def _described(view: View) -> str:
    return deployment_description(view.deploy, superseded=view.superseded)


def _written(view: View) -> str:
    return deployment_comment(view.deploy, superseded=view.superseded, link=view.link)


def _live(journal: Journal, app: str) -> str | None:
    """The deploy that serves the app's public, as the journal tells."""
    entry = journal.last_swap(app)
    swap = entry.event if entry else None
    return swap.made_live.deploy if isinstance(swap, Swapped | SwappedBack) else None


def _deploy(journal: Journal, deploy: str) -> Deploy | None:
    entries = journal.of_deploy(deploy)
    return state.folded(entries) if entries else None


def _links(slack: SlackApi | None) -> Callable[[Place], str | None]:
    if slack is None:
        return lambda _: None
    return lambda message: slack.permalink(message.channel, message.thread) if message.thread else None
