"""The balancers: whether each answers, has its configuration, and does what the others do."""

from __future__ import annotations

from shippy.backend.haproxy.facts import files_problem, not_installed, runtime_facts
from shippy.backend.haproxy.runtime import Runtime
from shippy.backend.kinds import balancers_of
from shippy.backend.nginx.facts import files_lacking, reload_lacking
from shippy.backend.nginx.state import State
from shippy.config.balancers import AnyBalancer, Balancer, NginxBalancer
from shippy.config.schema import App
from shippy.doctor.findings import Findings, missing, ok, reason, warning
from shippy.errors import Unavailable
from shippy.model import Routing, Traffic

OLDEST = (2, 6)
ADMIN = "admin"


def balancer(app: str, balancer: AnyBalancer) -> Findings:
    yield from _nginx(app, balancer) if isinstance(balancer, NginxBalancer) else _haproxy(app, balancer)


def _haproxy(app: str, balancer: Balancer) -> Findings:
    runtime = Runtime(balancer.name, balancer.runtime)
    try:
        facts = runtime_facts(runtime)
    except Unavailable as error:
        yield missing(f"its Runtime API at {balancer.runtime} gives no answer: {reason(error)}")
        return
    if facts.numbers < OLDEST:
        yield missing(f"it is HAProxy {facts.version}; shippy needs 2.6 or newer, which can add servers as it runs")
    else:
        yield ok(f"HAProxy {facts.version} answers at {balancer.runtime}")
    if facts.level != ADMIN:
        yield missing(f"its Runtime API has the level {facts.level}: add `level admin` to its `stats socket`")
        return
    yield from _configuration(app, balancer, runtime)


def agreement(name: str, app: App) -> Findings:
    """Whether all balancers that can be read do the same. A difference is for the daemon to put right."""
    read = balancers_of(name, app).read()
    known = {balancer: traffic for balancer, traffic in read.items() if isinstance(traffic, Traffic)}
    if len(known) < 2:  # noqa: PLR2004 - one agrees with itself
        return
    first, *others = known
    differing = [other for other in others if known[other] != known[first]]
    if differing:
        yield warning(
            f"{', '.join(differing)} {'does' if len(differing) == 1 else 'do'} not send visitors where {first} does: "
            "a running shippy puts that right within seconds; see its log if this stays"
        )
    else:
        yield ok(f"{', '.join(known)} do the same: {_routing(known[first].routing)}")


def _configuration(app: str, balancer: Balancer, runtime: Runtime) -> Findings:
    lacking = not_installed(runtime, app, balancer)
    how = _how(app, balancer)
    if lacking:
        yield missing(f"it lacks {', '.join(lacking)}: install what `{how}` prints")
    else:
        yield ok(f"the configuration for {app} is installed")
    if problem := files_problem(app, balancer):
        yield missing(f"{problem}: run `{how} --install`, as the user that shippy runs as")
    elif balancer.files:
        yield ok(f"{balancer.files} has its files, and can be written to")


def _nginx(app: str, balancer: NginxBalancer) -> Findings:
    try:
        State(balancer.name, app, balancer.state_ports).running()
        yield ok(f"nginx answers with what it does for {app} at {balancer.state} or the port after it")
    except Unavailable as error:
        yield missing(f"{reason(error)}: install what `{_how(app, balancer)}` prints")
    if problem := files_lacking(app, balancer):
        how = f"run `{_how(app, balancer)} --install`, as the user that shippy runs as"
        yield missing(f"{problem}: {how}")
    else:
        yield ok(f"{balancer.files} has its file, and can be written to")
    if problem := reload_lacking(balancer):
        yield missing(f"it cannot be told to reload: {problem}")
    elif balancer.reload.command:
        yield ok(f"{balancer.reload.command[0]} is there to have it reload; it was not run")
    else:
        yield ok(f"its process in {balancer.reload.pid} can be told to reload")


def _how(app: str, balancer: AnyBalancer) -> str:
    return f"python ship.py balancer-config --app {app} --balancer {balancer.name}"


def _routing(routing: Routing) -> str:
    candidate = f"{routing.candidate} has {routing.share}" if routing.candidate else "nothing is being verified"
    return f"{routing.stable} serves the public, {candidate}"
