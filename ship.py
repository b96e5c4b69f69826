"""The daemon and its command line: `python ship.py --help`."""

# Patched before anything else is imported, so that every socket, lock and thread is gevent's; and urllib3's pools get
# gevent's queue, because their own can deadlock under it (gevent issue 1957).
# What is imported stays for good: looking for garbage among it would be a fifth of the start, and of what the daemon
# needs later, while it waits.
# ruff: noqa: E402 - the imports below have to come after that, in this order
import gc

gc.disable()

from gevent import monkey

monkey.patch_all()

import gevent.queue
import urllib3.connectionpool

urllib3.connectionpool.ConnectionPool.QueueCls = gevent.queue.LifoQueue  # type: ignore[assignment] # same methods
# Nobody asks a greenlet by whom, and from where, it was spawned; to take that down is a third of what spawning costs.
gevent.config.track_greenlet_tree = False

import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import gevent

from shippy.later import load_later

load_later(
    "jinja2",
    "jwt",
    "nacl.public",
    "shippy.backend.swarm.fleet",
    "shippy.doctor",
    "shippy.exporter",
    "shippy.rescue",
)

import shippy.doctor
import shippy.rescue
from shippy import __version__
from shippy.app import Daemon
from shippy.backend.kinds import configuration, install
from shippy.chat.local import local_person
from shippy.chat.tell import tell as tell_daemon
from shippy.config import Config, load
from shippy.deploys.site import Site
from shippy.errors import ConfigInvalid, ShippyError
from shippy.journal.deadline import Deadline
from shippy.sentences import explain
from shippy.sentences.phrases import counted, listed
from shippy.standby import Standby

gc.freeze()
# All else is looked through a tenth as often as usual, and the newest a seventh as often: with hundreds of hosts that
# takes long, nothing runs meanwhile, and next to nothing is found.
gc.set_threshold(5_000, 10, 15)
gc.enable()

log = logging.getLogger("shippy")

USUAL_CONFIG = Path("/etc/shippy/shippy.yml")
USUAL_CONTROL = Path("/run/shippy/control.sock")
CONFIG_INVALID = 2

config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=USUAL_CONFIG,
    show_default=True,
    envvar="SHIPPY_CONFIG",
    help="The config file; config/shippy.yml is an annotated sample.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="shippy")
def main() -> None:
    """Shippy lets every developer ship their own branch to production, a few percent of the traffic at a time."""


@main.command()
@config_option
@click.option("--verbose", is_flag=True, help="Log in more detail.")
def run(path: Path, verbose: bool) -> None:
    """Run the daemon until SIGTERM or Ctrl-C.

    While another one has the same journal on PostgreSQL, it stands by. Exit code 75 means that it lost the journal, or
    may have: start it again.
    """
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # The libraries' debug lines hold whole requests, tokens too.
    for library in ("urllib3", "slack_sdk", "github", "docker", "paramiko", "psycopg", "websockets"):
        logging.getLogger(library).setLevel(logging.WARNING)
    config = _loaded(path)
    try:
        run_in_turn(config)
    except ShippyError as error:
        sys.exit(f"shippy: {explain(error)}")


def run_in_turn(config: Config, sites: Mapping[str, Site] | None = None) -> None:
    """Run the daemon once no other one has the journal."""
    standby = Standby(config)
    _when_told_to_stop(standby.leave)
    journal = standby.journal()
    if journal is None:
        log.info("stopped, on standby")
        return
    daemon = Daemon(config, sites, journal)
    if standby.leaving:
        daemon.leave()
    serve(daemon)


def serve(daemon: Daemon) -> None:
    """The main loop: what people type is read here, and each command runs in a greenlet of its own."""
    _when_told_to_stop(daemon.leave)
    allow_many_files()
    try:
        daemon.start()
        log.info("shippy %s is ready", __version__)
        for request in daemon.requests():
            daemon.spawn(request)
    finally:
        log.info("stopping")
        daemon.stop()
    log.info("stopped")


def allow_many_files() -> None:
    """Have as many files open as this process may. A host is up to five connections, and the usual limit is 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _when_told_to_stop(leave: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, leave)


@main.command("check-config")
@click.argument("path", type=click.Path(path_type=Path), default=USUAL_CONFIG)
def check_config(path: Path) -> None:
    """List every mistake in a config file.

    Each one has its key and what was expected there.
    """
    config = _loaded(path)
    apps = listed(
        f"{name} ({counted(len(app.machines), 'host')}, {counted(len(app.balancers), 'balancer')})"
        for name, app in config.apps.items()
    )
    click.echo(f"{path} is right: {apps}; chat over {config.chat.transport}.")


@main.command()
@config_option
@click.option("--manifest", is_flag=True, help="Only print the manifest for the Slack app.")
def doctor(path: Path, manifest: bool) -> None:
    """Try every connection and permission.

    It changes nothing, and says what the daemon would miss. The exit code is 0 if nothing is missing.
    """
    if manifest:
        click.echo(shippy.doctor.slack_manifest(), nl=False)
        return
    # What the libraries warn of, such as a try that failed, is among the findings.
    logging.basicConfig(level=logging.ERROR)
    sys.exit(0 if shippy.doctor.examine(_loaded(path), path, click.echo) else 1)


@main.command()
@config_option
@click.option("--app", help="An app of the config; --abort needs it if there are several.")
@click.option("--abort", is_flag=True, help="Put the public traffic back to the stable slot, on every balancer.")
def rescue(path: Path, app: str | None, abort: bool) -> None:
    """Look, or abort, while no daemon runs.

    It compares what is recorded with what is there. With --abort it also puts the traffic back, even if the journal
    cannot be read.

    \b
    Exit codes:
      0  all is as recorded (with --abort: just start shippy)
      1  something is not
      2  a mistake in the command or the config
      3  a daemon is running; nothing was done
      4  the branch is merged; nothing was done
    """
    # What the libraries warn of, such as a host that does not answer, is told in its own line.
    logging.basicConfig(level=logging.ERROR)
    config = _loaded(path, shippy.rescue.needless)
    if app is not None and app not in config.apps:
        raise click.BadParameter(f"there is no app {app}; there is {', '.join(config.apps)}", param_hint="--app")
    if app is None and abort and len(config.apps) > 1:
        raise click.UsageError(f"--abort needs --app, one of {', '.join(config.apps)}")
    apps = [app] if app is not None else list(config.apps)
    aborting = local_person(os.getuid()) if abort else None
    sys.exit(shippy.rescue.rescue(config, apps, click.echo, aborting, Deadline()))


@main.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--control",
    type=click.Path(path_type=Path),
    default=USUAL_CONTROL,
    show_default=True,
    envvar="SHIPPY_CONTROL",
    help="The daemon's local socket: the key `control` of its config.",
)
@click.argument("words", nargs=-1, required=True)
def tell(control: Path, words: tuple[str, ...]) -> None:
    """Send the daemon a command, without Slack.

    For example: ship.py tell 'rollout 25'
    """
    try:
        done = tell_daemon(control, " ".join(words), click.echo)
    except ShippyError as error:
        sys.exit(f"shippy: {explain(error)}")
    sys.exit(0 if done else 1)


@main.command("balancer-config")
@config_option
@click.option("--app", required=True, help="An app of the config.")
@click.option("--balancer", help="One of its balancers; default: the first.")
@click.option(
    "--install", "first_files", is_flag=True, help="Also write the first files into the balancers' `files` folders."
)
def balancer_config(path: Path, app: str, balancer: str | None, first_files: bool) -> None:
    """Print the configuration for HAProxy or nginx."""
    config = _loaded(path)
    if app not in config.apps:
        sys.exit(f"shippy: there is no app {app}; there is {', '.join(config.apps)}")
    balancers = {one.name: one for one in config.apps[app].balancers}
    if balancer is not None and balancer not in balancers:
        sys.exit(f"shippy: {app} has no balancer {balancer}; it has {', '.join(balancers)}")
    chosen = balancers[balancer] if balancer else next(iter(balancers.values()))
    if first_files:
        try:
            install(app, config.apps[app])
        except ShippyError as error:
            sys.exit(f"shippy: {explain(error)}")
        except OSError as error:
            sys.exit(f"shippy: {error}")
    click.echo(configuration(config.apps, chosen), nl=False)


FORMER = "haproxy-config"
"""What `balancer-config` was called while there was HAProxy alone. It is understood, and not told of."""
main.add_command(click.Command(FORMER, hidden=True, callback=balancer_config.callback, params=balancer_config.params))


def _loaded(path: Path, needless: Callable[[str], bool] = lambda _: False) -> Config:
    try:
        return load(path, needless=needless)
    except ConfigInvalid as error:
        for problem in error.problems:
            where = f"{problem.path}: " if problem.path else ""
            click.echo(f"{error.file}: {where}expected {problem.expected}", err=True)
        sys.exit(CONFIG_INVALID)


if __name__ == "__main__":
    main()
