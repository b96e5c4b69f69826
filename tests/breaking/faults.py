"""What breaks around shippy, how it is mended again, and how long a command may take meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from docker.models.containers import Container

from playground.github.faults import Fault as GitHubFault
from playground.github.faults import Kind as GitHubKind
from playground.machine.balancer import Balancer
from playground.machine.engine import Engine
from tests.breaking.images import Kind
from tests.breaking.strike import eventually
from tests.breaking.truth import DEPLOY_LABEL, RUNNING
from tests.breaking.world import Broken, World

EXIT_SECONDS = 10.0

Act = Callable[[World], None]


def nothing(_: World) -> None:
    """Nothing is done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`seconds` is what a command may take while it lasts; `kind` is the image that is shipped."""

    name: str
    begin: Act = nothing
    end: Act = nothing
    seconds: float = 30.0
    kind: Kind = Kind.HEALTHY


def _all(*acts: Act) -> Act:
    def act(world: World) -> None:
        for one in acts:
            one(world)

    return act


def _slack_goes(world: World) -> None:
    world.slack.fault(down=True, cut="rst")


def _slack_comes(world: World) -> None:
    world.slack.fault(down=False)


def _github_goes(world: World) -> None:
    world.hub.fault(GitHubFault(GitHubKind.DOWN, path="^/api/"))


def _github_comes(world: World) -> None:
    world.hub.clear_faults()


def _registry_goes(world: World) -> None:
    world.machines.registry.freeze()


def _registry_comes(world: World) -> None:
    world.machines.registry.thaw()


OUTAGES = (
    Fault("nothing"),
    Fault("Slack gone", _slack_goes, _slack_comes),
    Fault("GitHub gone", _github_goes, _github_comes),
    Fault("registry frozen", _registry_goes, _registry_comes),
    Fault(
        "all three gone",
        _all(_slack_goes, _github_goes, _registry_goes),
        _all(_slack_comes, _github_comes, _registry_comes),
    ),
)


def _engine(world: World) -> Engine:
    engine = world.machines.hosts[-1].engine
    if engine is None:
        raise ValueError("the hosts have no engines of their own")
    return engine


def _start_engine(world: World) -> None:
    _engine(world).start()
    _engine(world).wait_until_ready()


def _cut_off(world: World) -> None:
    """Whoever is being answered by a host at the moment that its line is cut is lost, and nobody could help it."""
    _visitors_leave(world)
    _engine(world).machine.link_down()
    _visitors_come(world)


def _visitors_leave(world: World) -> None:
    for balancer in world.machines.balancers:
        world.send_visitors_away(balancer)


def _visitors_come(world: World) -> None:
    for balancer in world.machines.balancers:
        world.let_visitors_come(balancer)


def _new_container_ends(world: World) -> None:
    """The container of the running deploy on one host ends by itself, and its engine starts it again."""
    deploy = world.records.last_deploy()
    with closing(_engine(world).client()) as client:
        label = f"{DEPLOY_LABEL}={deploy.id if deploy else ''}"
        for container in client.containers.list(filters={"label": label}):
            container.exec_run(["/bin/busybox", "kill", "-TERM", "1"])
            if not eventually(EXIT_SECONDS, partial(_has_ended, container)):
                raise Broken(f"{container.name} has not ended within {EXIT_SECONDS:g} s")


def _has_ended(container: Container) -> bool:
    container.reload()
    return container.status != RUNNING or container.attrs["RestartCount"] > 0


HOST_FAULTS = (
    Fault("engine stopped", lambda world: _engine(world).stop(), _start_engine, seconds=60),
    Fault("engine frozen", lambda world: _engine(world).freeze(), lambda world: _engine(world).thaw(), seconds=120),
    Fault("cut off", _cut_off, lambda world: _engine(world).machine.link_up(), seconds=120),
    Fault("container exits", _new_container_ends),
    Fault("container ignores SIGTERM", kind=Kind.STUBBORN),
)


def _balancer(world: World) -> Balancer:
    return world.machines.balancers[-1]


def _start_balancer(world: World) -> None:
    _balancer(world).start()


def _thaw_balancer(world: World) -> None:
    _balancer(world).thaw()


def _away(act: Act) -> Act:
    """Whoever visits a balancer that is ended is lost by that: they leave before."""

    def without_visitors(world: World) -> None:
        world.send_visitors_away(_balancer(world))
        act(world)

    return without_visitors


def _back(act: Act) -> Act:
    def with_visitors(world: World) -> None:
        act(world)
        world.let_visitors_come(_balancer(world))

    return with_visitors


BALANCER_FAULTS = (
    Fault("balancer restarted", _away(lambda world: _balancer(world).restart()), _back(nothing)),
    Fault("balancer reloaded", lambda world: _balancer(world).reload()),
    Fault("balancer stopped", _away(lambda world: _balancer(world).stop()), _back(_start_balancer)),
    Fault("balancer frozen", _away(lambda world: _balancer(world).freeze()), _back(_thaw_balancer)),
)
