"""Many deploys over a connection that is cut in every way, at random: nothing runs twice, and nothing is lost.

`make soak` does it for longer. A failure names its seed: SHIPPY_SOAK_SEED=<that> does the same again.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import gevent
import pytest

from playground.slack.client import Json
from playground.slack.process import Running, running
from shippy.events import CommandEnded, CommandReceived
from shippy.model import Deploy
from tests.chat.rig import TRANSPORTS, until
from tests.story.soaking import UNNOTICED_SECONDS, Shippy, drawn

DEPLOYS = int(os.environ.get("SHIPPY_SOAK_DEPLOYS", "3"))
SEED = int(os.environ.get("SHIPPY_SOAK_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
LONG_SECONDS = 2 * UNNOTICED_SECONDS
CHANNEL_ID = "C0DEPLOYS1"

CUTS = ("fin_without_close", "rst", "close", "silent", "refuse", "too_many", "expired_token", "warning")


@dataclass
class Soak:
    """One person at work. What they typed is kept by its ts, in three kinds: by whether anybody listened then."""

    slack: Running
    shippy: Shippy
    chance: random.Random
    heard: list[str] = field(default_factory=list)
    perhaps: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)

    def do(self, text: str) -> None:
        """Have a command run, whatever happens meanwhile; typed again if it was missed, as its answer says."""
        for attempt in range(5):
            happening = self.chance.choice([self.calm, self.cut, self.cut, self.long_absence, self.restart])
            ts = (happening if attempt < 3 else self.calm)(text)
            until(partial(self.outcome, ts), f"an end of {text!r}, typed at {ts}", seconds=20)
            until(self.settled, f"a connection after {text!r}", seconds=20)
            if self.outcome(ts) != "missed":
                assert self.outcome(ts) == "done", f"{text}: {self.end_of(ts)}"
                return
        raise AssertionError(f"{text!r} was missed too often")

    def calm(self, text: str) -> str:
        return self._type(text, self.heard)

    def cut(self, text: str) -> str:
        how = self.chance.choice(CUTS)
        self.slack.workspace.fault(cut=how, times=self.chance.randrange(1, 4))
        return self._type(text, self.perhaps)

    def long_absence(self, text: str) -> str:
        self.slack.workspace.fault(down=self.chance.choice(["unavailable", "reset"]), cut="rst")
        until(lambda: not self.shippy.source.connected, "cut off")
        ts = self._type(text, self.unheard)
        gevent.sleep(LONG_SECONDS)
        self.slack.workspace.fault(down=False)
        return ts

    def restart(self, text: str) -> str:
        """Of the daemon; for longer than nobody notices, or not."""
        self.shippy.stop()
        long = self.chance.random() < 0.5
        ts = self._type(text, self.unheard if long else self.perhaps)
        gevent.sleep(LONG_SECONDS if long else 0)
        self.shippy.start()
        return ts

    def _type(self, text: str, kind: list[str]) -> str:
        kind.append(self.slack.workspace.type("dana", f"shippy {text}"))
        return kind[-1]

    def settled(self) -> bool:
        """Whether the bot is connected, and by nothing that is going to end."""
        sockets = self.slack.workspace.connections()["sockets"]
        return self.shippy.source.connected and len(sockets) == 1 and not sockets[0]["silent"]

    def end_of(self, ts: str) -> CommandEnded | None:
        ends = (event for event in self.shippy.world.journal.events if isinstance(event, CommandEnded))
        return next((end for end in ends if end.request == f"{CHANNEL_ID}/{ts}"), None)

    def outcome(self, ts: str) -> str:
        end = self.end_of(ts)
        return end.outcome if end else ""


@pytest.fixture(params=TRANSPORTS)
def soak(request: pytest.FixtureRequest) -> Iterator[Soak]:
    with running() as slack:
        slack.workspace.set(redelivery=[0.3] * 30)
        shippy = Shippy(slack, str(request.param))
        shippy.start()
        soak = Soak(slack, shippy, random.Random(f"{SEED} {request.param}"))  # noqa: S311 - chance, not secrets
        until(soak.settled, "a first connection")
        try:
            yield soak
        finally:
            shippy.stop()


@pytest.mark.timeout(60 + 20 * DEPLOYS)
def test_whatever_is_cut_every_command_runs_or_is_answered_once_and_every_message_shows_its_end(soak: Soak) -> None:
    print(f"SHIPPY_SOAK_SEED={SEED}")  # noqa: T201 - shown where it fails, to do the same again
    world = soak.shippy.world
    for number in range(DEPLOYS):
        branch = f"branch-{number}"
        world.green(branch)
        soak.do(f"ship {branch}")
        for share in soak.chance.sample([1, 5, 10, 25, 50], k=soak.chance.randrange(1, 3)):
            soak.do(f"rollout {share}")
        soak.do(soak.chance.choice(["commit", "commit", "abort"]))
    check_commands(soak)
    check_messages(soak)


def check_commands(soak: Soak) -> None:
    events = soak.shippy.world.journal.events
    typed = {f"{CHANNEL_ID}/{ts}" for ts in [*soak.heard, *soak.perhaps, *soak.unheard]}
    once = dict.fromkeys(typed, 1)
    assert Counter(event.request for event in events if isinstance(event, CommandReceived)) == once
    assert Counter(event.request for event in events if isinstance(event, CommandEnded)) == once
    assert {soak.outcome(ts) for ts in soak.heard} == {"done"}
    assert {soak.outcome(ts) for ts in soak.unheard} <= {"missed"}
    missed = [ts for ts in [*soak.perhaps, *soak.unheard] if soak.outcome(ts) == "missed"]
    until(lambda: len(apologies(soak)) >= len(missed), "every answer")
    assert Counter(answer["thread_ts"] for answer in apologies(soak)) == dict.fromkeys(missed, 1)


def apologies(soak: Soak) -> list[Json]:
    return [said for said in soak.slack.workspace.messages() if said["text"].startswith("I was away for ")]


def check_messages(soak: Soak) -> None:
    deploys = soak.shippy.world.deploys.recent(DEPLOYS + 1)
    assert len(deploys) == DEPLOYS
    assert all(deploy.phase.ended for deploy in deploys)
    for deploy in deploys:
        until(shows_its_end(soak, deploy), f"the end of {deploy.id} on its message")
    marks = [
        said["metadata"]["event_payload"]["id"] for said in soak.slack.workspace.messages() if said.get("metadata")
    ]
    assert Counter(marks) == {deploy.id: 1 for deploy in deploys}, "one message a deploy"


def shows_its_end(soak: Soak, deploy: Deploy) -> Callable[[], bool]:
    card = drawn(deploy, {})

    def shown() -> bool:
        said = [message for message in soak.slack.workspace.messages() if mark(message) == deploy.id]
        return [message["text"] for message in said] == [card.text]

    return shown


def mark(message: Json) -> str | None:
    payload: Json = (message.get("metadata") or {}).get("event_payload", {})
    return payload.get("id")
