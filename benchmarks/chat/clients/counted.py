"""shippy as in shippy.py, which also counts what a command takes: `… counted FILE run --config FILE`.

When it ends, it writes into the first file, a line a command: calls of Python functions and of C functions, and
switches of greenlets, first from the command's frame until its answer is sent, and then until the next frame comes.
"""

# ruff: noqa: I001 - shippy has to be the first import: it has everything patched by gevent
from __future__ import annotations

from benchmarks.chat.clients import shippy

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import gevent
import greenlet
from websockets.client import ClientProtocol

from shippy.chat.connections import Connections

FRAME = ClientProtocol.receive_data.__code__
CALL = Connections.post.__code__
SENT = "send"
CONNECTED_SECONDS = 2.0

Counts = tuple[int, int, int]


class Counting:
    """All that is called since it began; `lines` are those of the frames that were answered."""

    def __init__(self) -> None:
        self._frames: list[list[Counts]] = []
        self._python = self._c = self._switches = 0
        self._calling = False

    def begin(self) -> None:
        # A greenlet that has not run since would not be counted: so each is told when it is switched to.
        greenlet.settrace(self._switched)

    def lines(self) -> Iterator[str]:
        ends = [began[0] for began in self._frames[1:]]
        for (began, *answered), ended in zip(self._frames, ends, strict=False):
            if answered:
                yield " ".join(map(str, (*_between(began, answered[0]), *_between(began, ended))))

    def _switched(self, _event: str, _greenlets: object) -> None:
        self._switches += 1
        sys.setprofile(self._called)

    def _called(self, frame: FrameType, event: str, function: object) -> None:
        if event == "c_call":
            self._c += 1
            if self._calling and getattr(function, "__name__", "") == SENT:
                self._calling = False
                self._frames[-1].append(self._now)
        elif event == "call":
            if frame.f_code is FRAME:
                self._frames.append([self._now])
            self._python += 1
            self._calling = self._calling or (frame.f_code is CALL and bool(self._frames))

    @property
    def _now(self) -> Counts:
        return self._python, self._c, self._switches


def _between(before: Counts, after: Counts) -> Iterator[int]:
    return (late - early for early, late in zip(before, after, strict=True))


def main() -> None:
    counting = Counting()
    gevent.spawn_later(CONNECTED_SECONDS, counting.begin)
    shippy.main()
    greenlet.settrace(None)
    sys.setprofile(None)
    Path(sys.argv[1]).write_text("\n".join(counting.lines()))


if __name__ == "__main__":
    main()
