"""A network of machines on one host: a namespace each, on a bridge that has a namespace of its own.

The bridge is apart so that this machine's own packet rules do not matter. Only one interface, `shippy<N>`, is seen
from outside; it has the address 198.18.N.1 and leads to the bridge. These addresses are set aside for testing
networks (RFC 2544).

The namespaces have no names: a sleeping process holds each, and when it ends, the kernel removes the namespace with the
interfaces in it. So nothing is left even when the owner is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.machine.packages import search_path
from playground.machine.process import Process
from playground.machine.world import World

COMMAND_SECONDS = 20
READY_SECONDS = 10.0
PREFIX_LENGTH = 24


class NetworkFailed(RuntimeError):
    """A command that sets up the network failed. Says which, with its own words."""


def is_free(number: int) -> bool:
    """Whether no interface has an address in 198.18.<number>.0/24."""
    interfaces = json.loads(_run(["ip", "-json", "-4", "address", "show"]))
    addresses = [info.get("local", "") for interface in interfaces for info in interface.get("addr_info", [])]
    return not any(address.startswith(f"198.18.{number}.") for address in addresses)


class Network:
    """The bridge of a world and the machines on it. Takes root, and Linux."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.gateway = f"198.18.{world.number}.1"
        self.subnet = f"198.18.{world.number}.0/{PREFIX_LENGTH}"
        self._outside = f"shippy{world.number}"
        self._bridge = _hold_namespace(world, "bridge")
        _ip(["link add bridge type bridge", "link set bridge up"], self._bridge)
        _ip([f"link add {self._outside} type veth peer name outside netns {self._bridge.pid}"])
        _ip(["link set outside master bridge up"], self._bridge)
        _ip([f"address add {self.gateway}/{PREFIX_LENGTH} dev {self._outside}", f"link set {self._outside} up"])

    def machine(self, name: str, number: int) -> Machine:
        """Add a machine with the address 198.18.N.<number> (2 to 254) and a folder of its own."""
        holder = _hold_namespace(self.world, name)
        port = f"port{number}"
        address = f"198.18.{self.world.number}.{number}"
        _ip(
            [
                f"link add {port} type veth peer name eth0 netns {holder.pid}",
                f"link set {port} master bridge",
                f"link set {port} up",
            ],
            self._bridge,
        )
        _ip(
            [
                "link set lo up",
                f"address add {address}/{PREFIX_LENGTH} dev eth0",
                "link set eth0 up",
                f"route add default via {self.gateway}",
            ],
            holder,
        )
        folder = self.world.folder / name
        folder.mkdir()
        return Machine(name, address, folder, self, holder, port)

    def set_link(self, port: str, state: str) -> None:
        _ip([f"link set {port} {state}"], self._bridge)

    def destroy(self) -> None:
        """Remove the bridge and the way to it. The machines are cut off; their processes end with the world."""
        self._bridge.kill()
        deadline = time.monotonic() + READY_SECONDS
        while Path("/sys/class/net", self._outside).exists() and time.monotonic() < deadline:
            time.sleep(0.005)


@dataclass(frozen=True)
class Machine:
    """A place with an address of its own on a network."""

    name: str
    address: str
    folder: Path
    network: Network
    holder: Process
    port: str

    def start(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> Process:
        """Start a program that has this machine's network. Its pid is its own: nsenter becomes the program."""
        inside = [*_inside(self.holder), *command]
        return self.network.world.start(f"{self.name}-{name}", inside, env=env)

    def link_down(self) -> None:
        """Cut the machine off: nobody is told, packets to and from it are just lost."""
        self.network.set_link(self.port, "down")

    def link_up(self) -> None:
        self.network.set_link(self.port, "up")

    def refuse(self, port: int) -> None:
        """Have every connection to a port reset, as if nobody listened there; other ports go on."""
        self._input("--insert", port)

    def admit(self, port: int) -> None:
        """The end of `refuse`."""
        self._input("--delete", port)

    def _input(self, change: str, port: int) -> None:
        rule = ["INPUT", "--protocol", "tcp", "--dport", str(port), "--jump", "REJECT", "--reject-with", "tcp-reset"]
        _run([*_inside(self.holder), "iptables", "--wait", change, *rule])


def _hold_namespace(world: World, name: str) -> Process:
    own = Path("/proc/self/ns/net").readlink()
    holder = world.start(f"{name}-namespace", ["unshare", "--net", "--", "sleep", "infinity"])
    holder.wait_until(lambda: Path(f"/proc/{holder.pid}/ns/net").readlink() != own, READY_SECONDS)
    return holder


def _inside(holder: Process) -> list[str]:
    # Not `ip netns exec`: that mounts /sys anew, and without the cgroups in it no Docker engine starts.
    return ["nsenter", f"--net=/proc/{holder.pid}/ns/net", "--"]


def _ip(lines: Sequence[str], holder: Process | None = None) -> None:
    _run([*(_inside(holder) if holder else []), "ip", "-batch", "-"], "".join(f"{line}\n" for line in lines))


def _run(command: Sequence[str], text: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - the programs are found on the PATH, their arguments are the playground's own
        command,
        input=text,
        env={**os.environ, "PATH": search_path()},
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )
    if done.returncode:
        raise NetworkFailed(f"{' '.join(command)} failed: {done.stderr.strip()}\n{text}")
    return done.stdout
