"""What really is, asked of engines, balancers and GitHub themselves, held against what the journal says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass

from docker.errors import DockerException
from requests import RequestException

from playground.daemon import APP
from playground.machine.balancer import Balancer
from playground.machine.engine import Engine
from playground.machine.probes import exchange
from playground.machine.topology import Host
from playground.sample.branches import MAIN
from shippy.deploys.steps.retrying import unsettled
from shippy.model import Deploy, Phase, Slot
from tests.breaking.world import World

DEPLOY_LABEL, SLOT_LABEL = "shippy.deploy", "shippy.slot"
ENGINE_SECONDS = 5.0
RUNNING = "running"
# "show servers state" (HAProxy's management.txt): address, operational state (2: running), administrative state (0:
# nothing is forced) and port, by the index of their fields.
ADDRESS, OPERATIONAL, ADMINISTRATIVE, PORT = 4, 5, 6, 18
UP, NOT_FORCED = "2", "0"

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something is not what the journal says; `stray` tells that it should not be there at all."""

    words: str
    stray: bool = False

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class OnHost:
    """A container as its engine tells of it; `deploy` is None where shippy has not made it."""

    host: str
    deploy: str | None
    slot: str | None
    state: str
    place: Place | None


def disagreements(world: World, master_was: str, phases: Collection[Phase] | None) -> list[Disagreement]:
    """Where journal, hosts, balancers and master differ; none where the world has come to one of these phases.

    Args:
        master_was: the head of master before the deploy.
        phases: those of the last deploy that it may come to; None where there is to be no new deploy.
    """
    try:
        return list(_disagreements(world, master_was, phases))
    except (DockerException, RequestException) as error:
        return [Disagreement(f"something cannot be asked: {error}")]


def _disagreements(world: World, master_was: str, phases: Collection[Phase] | None) -> Iterator[Disagreement]:
    deploy = world.records.last_deploy()
    if deploy is None:
        yield Disagreement("the journal knows of no deploy")
        return
    running = None if deploy.phase.ended else deploy
    if phases is not None and deploy.phase not in phases:
        yield Disagreement(f"the deploy is {deploy.phase}, not {' or '.join(phases)}")
    if phases is None and running:
        yield Disagreement(f"a deploy is {deploy.phase}, and there should be none")
    unfinished = world.records.unfinished()
    if unfinished != ([running.id] if running else []):
        yield Disagreement(f"unfinished in the journal: {unfinished}")
    if running and unsettled(running):
        yield Disagreement(f"{', '.join(unsettled(running))} neither up nor given up")
    containers = [one for host in world.machines.hosts for one in _containers(host)]
    yield from _on_hosts(world, running, containers)
    yield from _volumes(world)
    yield from _on_balancers(world, running, containers)
    yield from _in_master(world, deploy, master_was)


def _on_hosts(world: World, running: Deploy | None, containers: list[OnHost]) -> Iterator[Disagreement]:
    live, replacing = world.records.live(), world.records.replacing_a_warm_one()
    releases = [(live.made_live.deploy, live.endpoints)]
    releases += [(running.id, running.ready)] if running and running.connected and not running.swapped else []
    releases += [(replacing.live.deploy, replacing.stable_endpoints)] if replacing else []
    for host in world.machines.hosts:
        wanted = {deploy for deploy, endpoints in releases if host.name in {endpoint.host for endpoint in endpoints}}
        found = [one for one in containers if one.host == host.name]
        for one in found:
            if one.deploy not in wanted:
                yield Disagreement(f"{host.name} has a container of {one.deploy} ({one.state})", stray=True)
            elif one.state != RUNNING:
                yield Disagreement(f"{host.name} has a container of {one.deploy} that is {one.state}")
        for deploy in wanted - {one.deploy for one in found}:
            yield Disagreement(f"{host.name} has no container of {deploy}")
        if len(found) != len({one.deploy for one in found}):
            yield Disagreement(f"{host.name} has a deploy's container twice", stray=True)


def _containers(host: Host) -> Iterator[OnHost]:
    with closing(_engine(host).client(ENGINE_SECONDS)) as client:
        for entry in client.api.containers(all=True):
            labels = entry["Labels"]
            ports = [port["PublicPort"] for port in entry["Ports"] if port.get("PublicPort")]
            place = (host.address, int(ports[0])) if ports else None
            yield OnHost(host.name, labels.get(DEPLOY_LABEL), labels.get(SLOT_LABEL), entry["State"], place)


def _volumes(world: World) -> Iterator[Disagreement]:
    for host in world.machines.hosts:
        with closing(_engine(host).client(ENGINE_SECONDS)) as client:
            for volume in client.api.volumes(filters={"dangling": True})["Volumes"] or []:
                yield Disagreement(f"{host.name} has a volume that nothing uses, {volume['Name'][:12]}", stray=True)


def _engine(host: Host) -> Engine:
    if host.engine is None:
        raise ValueError(f"{host.name} has no engine of its own")
    return host.engine


def _on_balancers(world: World, running: Deploy | None, containers: list[OnHost]) -> Iterator[Disagreement]:
    live, replacing = world.records.live(), world.records.replacing_a_warm_one()
    candidate = running if running and running.connected and not running.swapped else None
    entry = f"{live.slot}/none/0"
    wanted: dict[str, set[Place]] = {str(slot): set() for slot in Slot}
    wanted[live.slot] = {one.place for one in containers if one.deploy == live.made_live.deploy and one.place}
    if replacing:
        warm = replacing.live
        wanted[warm.slot] = {one.place for one in containers if one.deploy == warm.deploy and one.place}
    if candidate:
        entry = f"{live.slot}/{candidate.slot}/{candidate.share.basis_points}/{candidate.id}"
        wanted[str(candidate.slot)] = {one.place for one in containers if one.deploy == candidate.id and one.place}
    for balancer in world.machines.balancers:
        found = _map_entry(world, balancer)
        if found != entry:
            yield Disagreement(f"{balancer.name} has {found!r} in its map, not {entry!r}")
        for slot, places in wanted.items():
            servers = _servers(world, balancer, slot)
            if set(servers) != places:
                yield Disagreement(f"{balancer.name} has {sorted(servers)} in {slot}, not {sorted(places)}")
            down = [place for place, up in servers.items() if not up]
            if down:
                yield Disagreement(f"{balancer.name} gives no requests to {down} in {slot}")


def _map_entry(world: World, balancer: Balancer) -> str | None:
    answer = _ask(world, balancer, f"show map {balancer.files / f'{APP}.map'}")
    entries = [line.split() for line in answer.splitlines()]
    return next((entry[2] for entry in entries if entry[1:2] == [APP]), None)


def _servers(world: World, balancer: Balancer, slot: str) -> dict[Place, bool]:
    """Where each server of a slot is, and whether it is given requests."""
    lines = [line.split() for line in _ask(world, balancer, f"show servers state {APP}_{slot}").splitlines()]
    return {
        (fields[ADDRESS], int(fields[PORT])): fields[OPERATIONAL] == UP and fields[ADMINISTRATIVE] == NOT_FORCED
        for fields in lines
        if fields[1:2] == [f"{APP}_{slot}"]
    }


def _ask(world: World, balancer: Balancer, command: str) -> str:
    """A balancer's Runtime API. The first one has it at a socket, the others at an address."""
    at_socket = balancer is world.machines.balancers[0]
    return exchange(balancer.socket if at_socket else (balancer.address, balancer.ports.runtime), f"{command}\n")


def _in_master(world: World, deploy: Deploy, master_was: str) -> Iterator[Disagreement]:
    """The branch and one merge commit are in master if the journal says so, and otherwise it is where it was."""
    merged = deploy.merged is not None
    added = int(world.hub.compare(master_was, MAIN)["total_commits"])
    if not merged and added:
        yield Disagreement(f"master has {added} commits more, and the journal knows of no merge", stray=True)
    if merged and (deploy.commit is None or not world.hub.contains(MAIN, deploy.commit)):
        yield Disagreement("the journal says that the branch is merged, and master has not got it")
    if merged and added > 2:
        yield Disagreement(f"master has {added} commits more: a second merge", stray=True)
