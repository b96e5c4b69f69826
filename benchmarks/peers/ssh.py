"""A way into each measured host over SSH, for a program that reaches its hosts by nothing else.

The playground's hosts have a network and an engine of their own, and the files of this machine. Whoever logs in to one
is root, with two places that are the host's own: root's home, and /run, where the docker command line looks for its
engine. The servers listen on their hosts' addresses, which only this machine reaches, let one key in and no password,
and end with the world of the hosts. It is dropbear, whose package, unlike OpenSSH's, starts no server on the machine.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.installing import NotInstalled
from playground.machine.engine import Engine
from playground.machine.packages import MissingPrograms, Need, how_to_get, install
from playground.machine.probes import exchange
from playground.machine.process import Process
from playground.machine.topology import Host

# The second also for scp, by which files come to a host.
NEEDS = (Need(("dropbear",), "dropbear-bin", ""), Need(("ssh-keygen",), "openssh-client", ""))
PORT = 22
READY_SECONDS = 10.0
KEY_SECONDS = 20.0
HOST_KEY = "host_key"
# Given the engine's socket, the host's home folder and a program. The home covers whatever else may be below it.
WITH_ITS_OWN = (
    'mount -t tmpfs tmpfs /run && touch /run/docker.sock && mount --bind "$1" /run/docker.sock && '
    'cd "$2" && mount --bind . ~root && shift 2 && exec "$@"'
)


def open_ssh(hosts: Sequence[Host], folder: Path) -> Path:
    """Have a server run on each host until it ends; returns the private key, in the folder, that root logs in with.

    Raises:
        NotInstalled: the programs for it cannot be had, or the hosts share an engine.
        ProcessFailed: a server could not start; with the last lines of its log.
    """
    engines = [host.engine for host in hosts if host.engine]
    if len(engines) != len(hosts):
        raise NotInstalled("it needs hosts with SSH, and here one engine stands for all hosts")
    _get_programs()
    key = folder / "key"
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    servers = {engine.address: _start(engine, key.with_suffix(".pub")) for engine in engines}
    for address, server in servers.items():
        server.wait_until(lambda address=address: _answers(address), READY_SECONDS)  # type: ignore[misc] # a default of its own
    return key


def server_command(address: str, home: Path, engine: Path) -> list[str | Path]:
    """A host's server, in namespaces of its own, so that whatever ends it ends its sessions, too.

    Args:
        home: the folder that is root's home there, with the server's own key in it.
        engine: the socket of the host's engine.
    """
    box = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "sh", "-c", WITH_ITS_OWN]
    return [*box, "sh", engine, home, "dropbear", "-F", "-E", "-s", "-r", HOST_KEY, "-p", f"{address}:{PORT}"]


def _start(engine: Engine, allowed: Path) -> Process:
    home = engine.machine.folder / "home"
    keys = home / ".ssh"
    keys.mkdir(mode=0o700, parents=True)
    shutil.copy(allowed, keys / "authorized_keys")
    _run("dropbearkey", "-t", "ed25519", "-f", home / HOST_KEY)
    command = server_command(engine.address, home, Path(engine.socket.removeprefix("unix://")))
    return engine.machine.start("ssh", command, env={})


def _get_programs() -> None:
    lacking = [need for need in NEEDS if need.found() is None]
    if not lacking:
        return
    if not shutil.which("apt-get"):
        raise NotInstalled(how_to_get(lacking))
    try:
        install([need.debian for need in lacking])
    except MissingPrograms as error:
        raise NotInstalled(str(error)) from error


def _answers(address: str) -> bool:
    return exchange((address, PORT), "", half_close=True).startswith("SSH-")


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=KEY_SECONDS)  # noqa: S603 - the words are from here
