"""How much shippy can hear, and how soon it answers, beside other bots: `python -m benchmarks.chat`.

Each bot is a process of its own, on a Slack of its own, which is this program. Measured are events that are read and
are for nobody (20,000 of them at once, and 100 at a time), how many of so many at once are lost, and the time from a
pushed "shippy status" on an idle connection to the moment at which the answer has come in. Whatever has taken nothing
and said nothing for three seconds is given up.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from queue import Empty
from statistics import median, quantiles

import click

from benchmarks.chat.bots import BARE, RTM, SETTLE_SECONDS, SHIPPY, SOCKET_MODE, Bot, bots, running
from benchmarks.chat.bots import Running as RunningBot
from benchmarks.chat.events import COMMAND, over_rtm, over_socket_mode, said, typed
from benchmarks.chat.pouring import QUIET_SECONDS
from benchmarks.rows import Row, rows_option, save

BURST, SMALL_BURST = 20_000, 5_000
AT_A_TIME = 100
COMMAND_EVERY = 1_000
"""Over RTM nothing is acknowledged, so that one in so many is a command: its answer says that it was heard."""

GOAL_MICROSECONDS = 25.0
GOAL_P50, GOAL_P99 = 1.0, 2.0
PAUSE_SECONDS = (0.005, 0.03)
MICRO, MILLI = 1e6, 1e3
WORDS = {SOCKET_MODE: "acknowledged over Socket Mode", RTM: "read over RTM"}


@dataclass(frozen=True, slots=True)
class Poured:
    """What came of so many events: seconds until the last answer, and of a processor, and how many were heard."""

    events: int
    heard: int
    seconds: float
    cpu: float

    @property
    def whole(self) -> bool:
        return self.heard == self.events


@dataclass
class Figures:
    """All that was measured of one bot."""

    at_once: list[Poured]
    small: list[Poured]
    in_turns: list[Poured]
    waits: list[float]

    def each(self, poured: Sequence[Poured]) -> float:
        """The least microseconds an event, of those that came whole: whatever else the machine does only adds."""
        return min((one.seconds / one.events * MICRO for one in poured if one.whole), default=inf)

    def cpu(self, poured: Sequence[Poured]) -> float:
        return min((one.cpu / one.events * MICRO for one in poured if one.whole), default=inf)

    def lost(self, poured: Sequence[Poured]) -> float:
        """The share of the events, in the worst try."""
        return max(1 - one.heard / one.events for one in poured)


All = dict[Bot, Figures]


@click.command()
@click.option("--rounds", default=2, show_default=True, help="Each bot is measured so often, in turn with the others.")
@click.option("--commands", default=150, show_default=True, help="How many commands are timed in each round.")
@rows_option
def main(rounds: int, commands: int, rows: Path | None) -> None:
    """Measure, and print a table."""
    figures: All = defaultdict(lambda: Figures([], [], [], []))
    measured = bots()
    for done in range(rounds):
        for bot in measured:
            measure(bot, figures[bot], commands)
            click.echo(f"round {done + 1} of {rounds}: {bot.name}, {bot.transport}", err=True)
    click.echo(table(figures))
    save([row for transport in (SOCKET_MODE, RTM) for row in rows_of(figures, transport)], rows)


def measure(bot: Bot, figures: Figures, commands: int) -> None:
    """All of it once. Who has lost something is started anew: nobody knows what state it is in."""
    with running(bot) as listening:
        time.sleep(SETTLE_SECONDS)
        figures.waits += waits(listening, commands)
        figures.in_turns.append(poured(listening, BURST, AT_A_TIME))
    for count, kept in ((SMALL_BURST, figures.small), (BURST, figures.at_once)):
        with running(bot) as listening:
            time.sleep(SETTLE_SECONDS)
            kept.append(poured(listening, count, count))


def poured(bot: RunningBot, count: int, at_a_time: int) -> Poured:
    acknowledged = bot.transport == SOCKET_MODE
    if acknowledged:
        frames = over_socket_mode(map(said, range(count)), first=1)
    else:
        frames = over_rtm(said(n) if n % COMMAND_EVERY else typed(COMMAND, n) for n in range(1, count + 1))
    before, cpu = bot.pouring.acknowledged, bot.cpu_seconds()
    began = time.perf_counter()
    bot.pouring.pour_in_turns(frames, at_a_time, acknowledged)
    heard = bot.pouring.acknowledged - before if acknowledged else COMMAND_EVERY * answers(bot, count // COMMAND_EVERY)
    ended = time.perf_counter()
    return Poured(count, heard, ended - began, bot.cpu_seconds() - cpu)


def answers(bot: RunningBot, wanted: int) -> int:
    """How many there are of so many; a bot that says nothing for a while is waited for no longer."""
    for number in range(wanted):
        try:
            bot.slack.answered.get(timeout=QUIET_SECONDS)
        except Empty:
            return number
    return wanted


def waits(bot: RunningBot, commands: int) -> list[float]:
    """Seconds from a command to its answer, each typed while nothing else is."""
    in_its_way = over_socket_mode if bot.transport == SOCKET_MODE else over_rtm
    waited = []
    for number in range(1, commands + 1):
        (frame,) = in_its_way([typed(COMMAND, -number)])
        time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - chance, not secrets
        bot.pouring.drain()
        began = time.perf_counter()
        bot.pouring.pour([frame])
        try:
            waited.append(bot.slack.answered.get(timeout=QUIET_SECONDS) - began)
        except Empty:
            break
    time.sleep(SETTLE_SECONDS)
    bot.pouring.drain()
    return waited


def table(figures: All) -> str:
    lines = [
        "| | transport | µs an event, 20,000 at once | 100 at a time | of a processor | lost of 5,000 at once "
        "| lost of 20,000 | answer, p50 | p99 |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for bot, one in figures.items():
        cells = [
            bot.name,
            bot.transport,
            f"{one.each(one.at_once):.1f}",
            f"{one.each(one.in_turns):.1f}",
            f"{one.cpu(one.in_turns):.1f}",
            f"{one.lost(one.small):.0%}",
            f"{one.lost(one.at_once):.0%}",
            f"{median(one.waits) * MILLI:.2f} ms",
            f"{p99(one.waits) * MILLI:.2f} ms",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def rows_of(figures: All, transport: str) -> list[Row]:
    there = {bot.name: one for bot, one in figures.items() if bot.transport == transport}
    words = WORDS[transport]
    rows = [
        beside(
            f"chat: an event {words}, 20,000 at once", "µs", GOAL_MICROSECONDS, there, lambda one: one.each(one.at_once)
        ),
        beside(
            f"chat: an event {words}, 100 at a time", "µs", GOAL_MICROSECONDS, there, lambda one: one.each(one.in_turns)
        ),
    ]
    lost = {name: one.lost(one.at_once) * 100 for name, one in there.items()}
    rows.append(Row(f"chat: lost of 20,000 events {words}", lost.pop(SHIPPY), "%", wanted=0.0, others=lost))
    asked = f"chat: from `status` to its answer, {transport}"
    rows.append(beside(f"{asked}, p50", "ms", GOAL_P50, there, lambda one: median(one.waits) * MILLI))
    rows.append(beside(f"{asked}, p99", "ms", GOAL_P99, there, lambda one: p99(one.waits) * MILLI))
    return rows


def beside(
    what: str, unit: str, goal: float, figures: Mapping[str, Figures], figure: Callable[[Figures], float]
) -> Row:
    """Who has lost something has no figure. The goal is of this unit, and not a ratio: so it is told as one."""
    took = {name: figure(one) for name, one in figures.items()}
    ours, least = took.pop(SHIPPY), took.pop(BARE)
    others = {name: other for name, other in took.items() if isfinite(other)}
    return Row(what, ours, unit, least, BARE, round(goal / least, 2), others)


def p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1]


if __name__ == "__main__":
    main()
