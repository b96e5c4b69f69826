"""What of a HAProxy has to be the same for it to do the same as before, read at little cost. Pure.

The forms are those of HAProxy 2.6 (management.txt, "show info", "show map" and "show servers conn"). A process is known
by its id and the second in which it started: one in a container may have the same id as the one before. A server's line
begins with its name, ids, address and port; after a dash it goes on with what its visitors make of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shippy.backend.haproxy.state import backend_name
from shippy.model import Slot

INFO = "show info"
PROCESS = re.compile(rb"\n(?:Pid|Start_time_sec): [^\n]*")
LEAVING = b"\nStopping: 1\n"
VISITORS = re.compile(rb" - [^\n]*")

Glimpse = tuple[bytes, ...]


def questions(app: str, map_name: str) -> tuple[str, ...]:
    """What is to be asked for a glimpse, over one connection."""
    backends = (f"show servers conn {backend_name(app, slot)}" for slot in Slot)
    return INFO, f"show map {map_name}", *backends


def is_leaving(answers: Mapping[str, bytes]) -> bool:
    """Whether the answers to `questions` are those of a worker that takes no new connections."""
    return LEAVING in answers[INFO]


def glimpse(asked: tuple[str, ...], answers: Mapping[str, bytes]) -> Glimpse:
    """What the answers to the `questions` of an app come to: which process it is, all of the map, and the servers."""
    info, entries, *backends = (answers[question] for question in asked)
    return *PROCESS.findall(info), entries, *(VISITORS.sub(b"", told) for told in backends)
