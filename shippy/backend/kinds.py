"""Which kinds of fleets and of balancers there are. An app has one fleet, and balancers of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# As a whole, and only here: it is loaded once an app runs on a swarm (shippy.later).
import shippy.backend.swarm.fleet
from shippy.backend.balancers import AllOrNone
from shippy.backend.docker.engine import Engines
from shippy.backend.docker.fleet import DockerFleet
from shippy.backend.haproxy.balancer import haproxy_balancers
from shippy.backend.haproxy.config import balancer_config
from shippy.backend.haproxy.files import install_files
from shippy.backend.haproxy.pulse import Pulses
from shippy.backend.nginx.balancer import nginx_balancers
from shippy.backend.nginx.config import nginx_config
from shippy.backend.nginx.files import install_nginx_files
from shippy.config.balancers import AnyBalancer, NginxBalancer
from shippy.config.schema import App


def fleet_of(
    name: str, app: App, engines: Engines | None = None
) -> DockerFleet | shippy.backend.swarm.fleet.SwarmFleet:
    """What an app's containers run on, as its section of the config describes it. A daemon's apps share `engines`."""
    engines = engines or Engines()
    if app.swarm:
        return shippy.backend.swarm.fleet.SwarmFleet(name, app, app.swarm, engines.time_outs)
    return DockerFleet(name, app, engines)


def balancers_of(name: str, app: App, pulses: Pulses | None = None) -> AllOrNone:
    """All balancers of an app, as its section of the config describes them. A daemon's apps share their `pulses`."""
    return nginx_balancers(name, app) if app.nginxes else haproxy_balancers(name, app, pulses)


def configuration(apps: Mapping[str, App], balancer: AnyBalancer) -> str:
    """What a balancer needs to work with shippy, to be put where it reads its configuration."""
    return nginx_config(apps, balancer) if isinstance(balancer, NginxBalancer) else balancer_config(apps, balancer)


def install(name: str, app: App) -> list[Path]:
    """Write what an app's balancers need for their first start, where shippy can reach their disks.

    Files that are there stay as they are. Returns the files written.

    Raises:
        OSError: a folder cannot be written to.
    """
    return install_nginx_files(name, app) if app.nginxes else install_files(name, app)
