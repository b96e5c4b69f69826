"""What should run on the hosts of an app, as it is recorded, and what of it does not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shippy.events import Swap
from shippy.model import Container, Deploy, Endpoint, Slot

Answers = Mapping[str, tuple[Container, ...]]
"""The containers of each host that answers."""

LEFT_ALONE = frozenset({"", "created", "exited", "dead"})
"""The states of a container that its engine does not start again by itself; no state: it is not there at all."""

WORDS: Mapping[str, str] = {"": "is gone", "exited": "has exited", "restarting": "exits again and again"}


@dataclass(frozen=True, slots=True)
class Running:
    """The hosts on which the live release should run, and those of the release that is being verified."""

    live: str | None = None
    live_hosts: frozenset[str] = frozenset()
    candidate: str | None = None
    candidate_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Absence:
    """A container that should run on a host and does not. `state` is empty where it is not there at all."""

    host: str
    live: bool
    state: str

    @property
    def for_good(self) -> bool:
        return self.state in LEFT_ALONE

    @property
    def happened(self) -> str:
        """ "has exited"."""
        return WORDS.get(self.state, f"is {self.state}")

    def __str__(self) -> str:
        """ "the live one has exited"."""
        return f"the {'live' if self.live else 'new'} one {self.happened}"


def recorded(deploy: Deploy | None, swap: Swap | None) -> Running:
    """What should run.

    Args:
        deploy: the one that the balancers show, if one of this daemon's does.
        swap: what made the live release live, if the journal knows.
    """
    live: str | None
    if swap is not None:
        # Not the deploy's own record: it began with the containers that were there then.
        live, hosts = swap.made_live.deploy, _hosts(swap.endpoints)
    elif deploy is not None:
        live, hosts = deploy.live.deploy, _hosts(deploy.stable_endpoints)
    else:
        return Running()
    if deploy is None or deploy.phase.ended or deploy.swapped or not deploy.connected:
        return Running(live, hosts)
    return Running(live, hosts, deploy.id, _hosts(deploy.ready))


def absences(running: Running, answers: Answers) -> Iterator[Absence]:
    """The containers that do not run; of a host, that of the live release first."""
    for deploy, hosts, live in (
        (running.live, running.live_hosts, True),
        (running.candidate, running.candidate_hosts, False),
    ):
        for host in sorted(hosts & answers.keys()):
            there = [one for one in answers[host] if one.deploy == deploy]
            if not any(one.endpoint for one in there):
                yield Absence(host, live, there[0].state if there else "")


def moved(deploy: Deploy, running: Running, answers: Answers) -> Iterator[tuple[Slot, Endpoint]]:
    """The endpoints that containers of the deploy, or of the release before it, have now and had not."""
    known = {(deploy.id, endpoint.host): endpoint for endpoint in deploy.ready}
    known |= {(deploy.live.deploy or "", endpoint.host): endpoint for endpoint in deploy.stable_endpoints}
    expected = known.keys() | {(running.live, host) for host in running.live_hosts}
    for one in (one for containers in answers.values() for one in containers):
        what = (one.deploy, one.host)
        if one.endpoint and what in expected and known.get(what) != one.endpoint:
            yield one.slot, one.endpoint


def _hosts(endpoints: tuple[Endpoint, ...]) -> frozenset[str]:
    return frozenset(endpoint.host for endpoint in endpoints)
