"""What of a world can be found on this machine, wherever it may be."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from playground.machine.leftovers import cgroups

VANISH_SECONDS = 10.0


def traces(folder: Path) -> list[str]:
    """Processes, mounts, interfaces, cgroups and files that belong to the world of a folder."""
    found = [f"folder {folder}"] if folder.exists() else []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name = f"{process.name} {(process / 'comm').read_text().strip()}"
            if str(folder) in (process / "cmdline").read_text() + str((process / "cwd").readlink()):
                found.append(f"process {name}")
            if str(folder) in (process / "mountinfo").read_text():
                found.append(f"mounts of {name}")
    if Path(f"/sys/class/net/shippy{folder.name}").exists():
        found.append(f"interface shippy{folder.name}")
    return found + [f"cgroup {cgroup}" for cgroup in cgroups(folder)]


def lasting_traces(folder: Path) -> list[str]:
    """The traces that are still there after some seconds: the kernel takes namespaces apart in its own time."""
    deadline = time.monotonic() + VANISH_SECONDS
    while (found := traces(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found
