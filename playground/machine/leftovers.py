"""What a world leaves on a machine, and how it is swept away: by its owner at the end, or by anyone after its death.

Namespaces, mounts and interfaces are not listed here: they live only as long as the processes that hold them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import docker

from playground.machine.probes import engine_answers

PROCESSES = "processes"
SHARED_ENGINE = "shared-engine.json"
CGROUPS = Path("/sys/fs/cgroup")
VANISH_SECONDS = 10.0


def record_process(folder: Path, pid: int, name: str) -> None:
    """Write down a process of this world, with its start time, because a pid alone may be somebody else's later."""
    with (folder / PROCESSES).open("a") as records:
        records.write(json.dumps({"pid": pid, "started": started(pid), "name": name}) + "\n")


def record_shared_engine(folder: Path, url: str, registry: str) -> None:
    """Write down that this world's images and containers, known by their registry, are on an engine not its own."""
    (folder / SHARED_ENGINE).write_text(json.dumps({"url": url, "registry": registry}))


def cgroup_of(folder: Path) -> str:
    """The path of a world's cgroup: worlds of other state folders may have the same number, and live."""
    return f"/shippy-playground/{sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"


def cgroups(folder: Path) -> list[Path]:
    """Where a world's cgroup is: in the one hierarchy, or in each of several where cgroups are of version 1."""
    name = cgroup_of(folder).removeprefix("/")
    return [path for path in (CGROUPS / name, *CGROUPS.glob(f"*/{name}")) if path.exists()]


def sweep(folder: Path) -> None:
    """Remove all that the world of this folder left, the folder last. Whoever calls this holds the world's lock."""
    if not folder.exists():
        return
    _end_processes(folder / PROCESSES)
    _empty_shared_engine(folder / SHARED_ENGINE)
    for cgroup in cgroups(folder):
        _remove_cgroup(cgroup)
    shutil.rmtree(folder, onerror=_unless_it_is_gone)


def _unless_it_is_gone(_: object, path: str, failure: tuple[type[BaseException], BaseException, object]) -> None:
    """A process that was just killed may take what it holds, such as a mount point, along with it."""
    if not isinstance(failure[1], FileNotFoundError):
        raise OSError(f"{path} cannot be removed") from failure[1]


def started(pid: int) -> str | None:
    """When a process started, as its system says it; None if it is gone (or a zombie)."""
    if Path("/proc/self/stat").exists():
        with suppress(FileNotFoundError, ProcessLookupError):
            # proc(5): after the name in brackets come the state (field 3) and, 19 fields on, the start time (22).
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return None if fields[0] == "Z" else fields[19]
        return None
    listed = subprocess.run(  # noqa: S603 - the pid is a number
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10
    )
    return listed.stdout.strip() or None


def vanished(pid: int, start: str | None = None) -> bool:
    """Wait until a process is gone (or its pid another's); False if it is still there after some seconds."""
    start = start or started(pid)
    deadline = time.monotonic() + VANISH_SECONDS
    while start and started(pid) == start:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _end_processes(records: Path) -> None:
    recorded = [json.loads(line) for line in records.read_text().splitlines()] if records.exists() else []
    for record in reversed(recorded):
        if record["started"] and started(record["pid"]) == record["started"]:
            with suppress(ProcessLookupError):
                os.kill(record["pid"], signal.SIGKILL)
            vanished(record["pid"], record["started"])
        for child in _left_alone(record["pid"], records.parent):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            vanished(child)


def _left_alone(session: int, folder: Path) -> Iterator[int]:
    """What runs in a session that a world's process has begun, and in the world's folder: it may outlive that process.

    The workers of a nginx do. The session's number alone might be that of another one by now.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # proc(5): after the name in brackets come the state (field 3) and, 3 fields on, the session (6).
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and (process / "cwd").readlink() == folder.resolve():
                yield int(process.name)


def _empty_shared_engine(record: Path) -> None:
    if not record.exists():
        return
    shared = json.loads(record.read_text())
    if not engine_answers(shared["url"]):
        return
    ours = shared["registry"] + "/"
    with closing(docker.DockerClient(base_url=shared["url"], timeout=30)) as client:
        for container in client.containers.list(all=True):
            if str(container.attrs["Config"]["Image"]).startswith(ours):
                container.remove(force=True, v=True)
        for image in client.images.list():
            for name in [*image.tags, *image.attrs.get("RepoDigests", [])]:
                if name.startswith(ours):
                    client.images.remove(name, force=True)


def _remove_cgroup(cgroup: Path) -> None:
    """A killed engine cannot remove its containers' groups. They are empty a moment after the last process ended."""
    deadline = time.monotonic() + VANISH_SECONDS
    while cgroup.exists() and time.monotonic() < deadline:
        for path, _, _ in os.walk(cgroup, topdown=False):
            with suppress(OSError):
                Path(path).rmdir()
        time.sleep(0.005)
    with suppress(OSError):  # other worlds have theirs in it
        cgroup.parent.rmdir()
