"""What holds everybody else up in a program on gevent: the longest turns of its loop, and which greenlets ran in them.

A turn is what happens between two looks at the sockets; whoever has just typed something waits for its end. It is told
in seconds of the processor, so that what others do on the machine does not count.
"""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import gevent
import greenlet

OPTION = "--held-up"
MOST_TURNS, MOST_KINDS = 10, 5

Kinds = Mapping[str, tuple[float, int]]
"""Seconds, and how many slices, of each kind of greenlet."""


class HeldUp:
    """Watches the loop of the thread that makes it, from then on, which costs a tenth more of the processor."""

    def __init__(self) -> None:
        self._turns: list[tuple[float, Kinds]] = []
        self._slices: defaultdict[str, list[float]] = defaultdict(list)
        self._turn_began = self._slice_began = self._collection_began = time.process_time()
        # It runs right behind each look at the sockets.
        self._check = gevent.get_hub().loop.check()
        self._check.start(self._looked)
        gc.callbacks.append(self._collected)
        greenlet.settrace(self._switched)

    def lines(self) -> Iterator[str]:
        """The longest turns, and what they were made of; looking for garbage is a part of the slice it fell into."""
        for seconds, kinds in self._turns:
            parts = sorted(kinds.items(), key=lambda kind: kind[1], reverse=True)[:MOST_KINDS]
            told = "; ".join(f"{took * 1000:.1f} ms in {count} of {kind}" for kind, (took, count) in parts)
            yield f"a turn of {seconds * 1000:.0f} ms: {told}"

    def _switched(self, _: str, places: tuple[Any, Any]) -> None:
        now = time.process_time()
        self._slices[kind_of(places[0])].append(now - self._slice_began)
        self._slice_began = now

    def _collected(self, phase: str, told: Mapping[str, int]) -> None:
        now = time.process_time()
        if phase == "start":
            self._collection_began = now
        else:
            self._slices[f"garbage of generation {told['generation']}"].append(now - self._collection_began)

    def _looked(self) -> None:
        now = time.process_time()
        took, self._turn_began = now - self._turn_began, now
        if len(self._turns) < MOST_TURNS or took > self._turns[-1][0]:
            kinds = {kind: (sum(slices), len(slices)) for kind, slices in self._slices.items()}
            self._turns = sorted([*self._turns, (took, kinds)], key=lambda turn: turn[0], reverse=True)[:MOST_TURNS]
        self._slices.clear()


def kind_of(one: Any) -> str:
    """What a greenlet runs, with what that was given to run."""
    given = [getattr(argument, "__qualname__", "") for argument in getattr(one, "args", ())]
    name = getattr(getattr(one, "_run", one), "__qualname__", type(one).__name__)
    return f"{name}({', '.join(filter(None, given))})"
