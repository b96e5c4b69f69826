"""What a HAProxy says of itself: for whoever sets a balancer up. Everything here only asks.

Every function raises Unavailable where the Runtime API does not answer.
"""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass

from shippy.backend.haproxy.config import map_name
from shippy.backend.haproxy.runtime import Runtime
from shippy.backend.haproxy.state import backend_name
from shippy.config.balancers import Balancer
from shippy.errors import Unavailable
from shippy.model import Slot

# In "show stat": which kinds of rows are asked for (management.txt of 2.6, section 9.3).
FRONTENDS = 1
BACKENDS = 2
VERSION = re.compile(r"^Version: (\S+)", re.MULTILINE)
NUMBERS = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class RuntimeFacts:
    """`level` is what the Runtime API lets shippy do: "admin", "operator" or "user"."""

    version: str
    level: str

    @property
    def numbers(self) -> tuple[int, int]:
        """The first two numbers of the version; 0.0 for one that cannot be read."""
        match = NUMBERS.match(self.version)
        return (int(match[1]), int(match[2])) if match else (0, 0)


def runtime_facts(runtime: Runtime) -> RuntimeFacts:
    match = VERSION.search(runtime.ask("show info"))
    if match is None:
        raise Unavailable(runtime.name, "what answers is no HAProxy")
    return RuntimeFacts(match[1], runtime.ask("show cli level"))


def not_installed(runtime: Runtime, app: str, balancer: Balancer) -> tuple[str, ...]:
    """What the running HAProxy lacks of the configuration that `balancer-config` prints for an app."""
    frontends = [f"{app}_public", f"{app}_vip"]
    backends = [backend_name(app, slot) for slot in Slot]
    lacking = [f"the frontend {name}" for name in frontends if not _has(runtime, name, FRONTENDS)]
    lacking += [f"the backend {name}" for name in backends if not _has(runtime, name, BACKENDS)]
    # Each line names its map as it stands in the configuration: "3 (/etc/haproxy/shippy/web.map) pattern loaded …".
    if f"({map_name(app, balancer)})" not in runtime.ask("show map"):
        lacking.append(f"the map {map_name(app, balancer)}")
    return tuple(lacking)


def files_problem(app: str, balancer: Balancer) -> str | None:
    """Why shippy could not keep an app's files in a balancer's folder; None if it can, or if there is no folder."""
    folder = balancer.files
    if folder is None:
        return None
    if not folder.is_dir():
        return f"there is no folder {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder} cannot be written to"
    missing = [name for name in (f"{app}.cfg", f"{app}.map") if not (folder / name).is_file()]
    return f"{folder} has no {' and no '.join(missing)}" if missing else None


def _has(runtime: Runtime, proxy: str, kind: int) -> bool:
    answer = runtime.ask(f"show stat {proxy} {kind} -1")
    rows = csv.DictReader(answer.removeprefix("# ").splitlines())
    return any(row.get("pxname") == proxy for row in rows)
