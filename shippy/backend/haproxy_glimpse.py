"""What of a HAProxy has to be the same for it to do the same as before, read at little cost. Pure.

The forms are those of HAProxy 2.6 (management.txt, "show info", "show map" and "show servers conn"). A process is known
by its id and the second in which it started: one in a container may have the same id as the one before. A server's line
begins with its name, ids, address and port, and goes on with what its visitors make of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shippy.backend.haproxy_state import backend_name
from shippy.model import Slot

PROCESS = (b"\nPid: ", b"\nStart_time_sec: ")
LEAVING = b"\nStopping: 1\n"
NAME_IDS_ADDRESS_PORT = 4


def questions(app: str, map_name: str) -> tuple[str, ...]:
    """What is to be asked for a glimpse, over one connection."""
    backends = (f"show servers conn {backend_name(app, slot)}" for slot in Slot)
    return "show info", f"show map {map_name}", *backends


def is_leaving(answers: Sequence[bytes]) -> bool:
    """Whether the answers to `questions` are those of a worker that takes no new connections."""
    return LEAVING in answers[0]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The lines that tell which process it is, all of the map, and how each line about the servers of a slot begins."""

    process: tuple[bytes, ...]
    entries: bytes
    servers: tuple[tuple[bytes, ...], ...]

    @classmethod
    def of(cls, answers: Sequence[bytes]) -> Glimpse:
        """What the answers to `questions` come to."""
        info, entries, *backends = answers
        return cls(_process(info), entries, tuple(tuple(map(_beginning, told.splitlines())) for told in backends))

    def fits(self, answers: Sequence[bytes]) -> bool:
        """Whether these answers come to the same. Many ask this often: it is a third of making another one."""
        info, entries, *backends = answers
        return (
            entries == self.entries
            and all(line in info for line in self.process)
            and all(_begin_with(told.splitlines(), known) for told, known in zip(backends, self.servers, strict=True))
        )


def _process(info: bytes) -> tuple[bytes, ...]:
    return tuple(_line(info, name) for name in PROCESS)


def _line(info: bytes, name: bytes) -> bytes:
    """A line of "show info" from its name on, with the ends of both lines; no more where a HAProxy does not tell."""
    begin = info.find(name)
    return info[begin : info.find(b"\n", begin + 1) + 1] if begin >= 0 else b""


def _beginning(line: bytes) -> bytes:
    return b" ".join([*line.split(b" ")[:NAME_IDS_ADDRESS_PORT], b""])


def _begin_with(lines: Sequence[bytes], beginnings: Sequence[bytes]) -> bool:
    return len(lines) == len(beginnings) and all(map(bytes.startswith, lines, beginnings))
