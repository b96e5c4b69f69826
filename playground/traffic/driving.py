"""Somebody who types, and looks at the balancers themselves for what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.daemon import APP
from playground.machine.balancer import Balancer
from playground.machine.probes import exchange
from playground.stage import OWNER, Stage

POLL_SECONDS = 0.002
EFFECT_SECONDS = 60.0
SHIP_SECONDS = 60.0
DONE = "white_check_mark"


@dataclass
class Driver:
    """Types for the owner of one deploy after another."""

    stage: Stage
    thread: str = field(default="", init=False)
    _typed: str = field(default="", init=False)

    def ship(self, branch: str) -> str:
        """Ship a branch, wait until it can be verified, and return its commit."""
        self.stage.update_branch(branch)
        self.thread = self.stage.slack.type(OWNER, f"shippy ship {branch}")
        self.stage.wait_for(self.thread, "Ready to verify", SHIP_SECONDS)
        return self.stage.hub.head(branch)

    def type(self, command: str, answer: str) -> None:
        """Type a command into the deploy's thread, and wait for words that come after it."""
        typed = self.stage.slack.type(OWNER, f"shippy {command}", thread=self.thread)
        self.stage.wait_for(typed, answer, EFFECT_SECONDS)

    def end(self, command: str, words: str) -> None:
        """Type what ends the deploy, and wait until its message or its thread says so."""
        self.stage.slack.type(OWNER, f"shippy {command}", thread=self.thread)
        self.stage.wait_for(self.thread, words, EFFECT_SECONDS)

    def roll_out(self, percent: float) -> float:
        """Type a share; returns the seconds until every balancer has it. The command has ended then, too."""
        points = str(round(percent * 100))
        seconds = self.until_all(f"rollout {percent:g}", lambda entry: entry.split("/")[2:3] == [points])
        self.stage.slack.wait_for(self._done)
        return seconds

    def _done(self, messages: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the last command has its mark: the next one would find it still under way."""
        typed = (message for message in messages if message["ts"] == self._typed)
        return any(reaction["name"] == DONE for message in typed for reaction in message.get("reactions", ()))

    def until_all(self, command: str, holds: Callable[[str], bool]) -> float:
        """Type a command; returns the seconds until it holds for the map entry of every balancer.

        Raises:
            TimeoutError: it does not within a minute.
        """
        began = time.monotonic()
        self._typed = self.stage.slack.type(OWNER, f"shippy {command}", thread=self.thread)
        while not all(holds(entry) for entry in map(self.entry, self.stage.machines.balancers)):
            if time.monotonic() - began > EFFECT_SECONDS:
                raise TimeoutError(f"{command!r} has had no effect within {EFFECT_SECONDS:g} s")
            time.sleep(POLL_SECONDS)
        return time.monotonic() - began

    def entry(self, balancer: Balancer) -> str:
        """What the balancer's map has for the app: stable slot, candidate slot, share, salt."""
        first = self.stage.machines.balancers[0]
        runtime = balancer.socket if balancer is first else (balancer.address, balancer.ports.runtime)
        answer = exchange(runtime, f"show map {balancer.files / f'{APP}.map'}\n")
        entries = (line.split() for line in answer.splitlines())
        return next((entry[2] for entry in entries if entry[1:2] == [APP]), "")
