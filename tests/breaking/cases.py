"""One case: strike the daemon, or the world around it, at one point of one command, and look what comes of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from playground.machine.process import ProcessFailed
from playground.sample.branches import MAIN
from shippy.events import Aborting, CommandEnded, Started
from shippy.model import Phase
from tests.breaking.expected import STILL_RUNNING, TOLD, WITH_A_FAULT, after_a_kill, after_an_abort
from tests.breaking.faults import Fault
from tests.breaking.stories import Point, Scene, Story, scene
from tests.breaking.strike import How, Strike, eventually
from tests.breaking.truth import Disagreement, disagreements
from tests.breaking.world import COMMAND_SECONDS, Broken, World, at_once

CONVERGES_SECONDS = 30.0
TOLD_SECONDS = 15.0
ABORTS_SECONDS = 20.0
NOTICED_SECONDS = 1.0
LOOK_SECONDS = 0.1
STEADY_SECONDS = 0.6
ABORTS = ("abort it will not do", "abort")
REFUSED, BUG = "refused", "bug"


@dataclass
class Outcome:
    """What a case came to.

    Attributes:
        seconds: until everything agreed, from the daemon's restart, from the abort, or from the end of a fault.
        lost: the requests that were lost, by the balancer and the reason.
        problems: what did not agree in the end, or was not told.
    """

    seconds: float = 0.0
    lost: Counter[str] = field(default_factory=Counter)
    problems: list[Disagreement] = field(default_factory=list)

    @property
    def converged(self) -> bool:
        return not self.problems

    @property
    def strays(self) -> int:
        return sum(problem.stray for problem in self.problems)


def killed(world: World, story: Story, point: Point, how: How) -> Outcome:
    """The daemon is killed at the point, and started again."""
    played = scene(world, story)
    _kill(played, Strike(how, played.entry + point.offset))
    phases = after_a_kill(world.records.last_deploy())
    began = time.monotonic()
    world.restart()
    return outcome_of(played, phases, began, restarted=True)


def killed_twice(world: World, story: Story, point: Point) -> Outcome:
    """The daemon is killed at the point, and once more while it recovers, at one of the first entries of that."""
    played = scene(world, story)
    _kill(played, Strike(How.DIE_AFTER, played.entry + point.offset))
    phases = after_a_kill(world.records.last_deploy())
    world.daemon.kill()
    world.orders.give(Strike(How.DIE_AFTER, world.records.last_number + 1 + point.offset % 3))
    with suppress(ProcessFailed):  # it may be dead before it was seen to be ready
        world.daemon.start()
        eventually(NOTICED_SECONDS, lambda: not world.daemon.running)
    began = time.monotonic()
    world.restart()
    return outcome_of(played, phases, began, restarted=True)


def aborted(world: World, story: Story, point: Point, outage: Fault) -> Outcome:
    """Two people abort at once while the command is at the point, with something else gone, too."""
    played = scene(world, story)
    world.orders.give(Strike(How.PAUSE, played.entry + point.offset))
    played.type()
    await_one(lambda: world.orders.paused, lambda: played.over)
    outage.begin(world)
    began = time.monotonic()
    try:
        aborts = at_once(*(partial(world.tell, text) for text in ABORTS))
        eventually(NOTICED_SECONDS, lambda: _aborting(played))
        world.orders.withdraw()
        deadline = time.monotonic() + ABORTS_SECONDS
        for thread in aborts:
            thread.join(max(0.0, deadline - time.monotonic()))
        late = any(thread.is_alive() for thread in aborts)
    finally:
        world.orders.withdraw()
        outage.end(world)
    outcome = outcome_of(played, after_an_abort(world.records.last_deploy()), began)
    if late:
        outcome.problems.append(Disagreement(f"the abort took more than {ABORTS_SECONDS:g} s"))
    outcome.problems += _too_late(played)
    return outcome


def struck(world: World, story: Story, point: Point, fault: Fault) -> Outcome:
    """A host or a balancer breaks while the command is at the point, and is mended when the command has ended."""
    played = scene(world, story, fault.kind)
    world.orders.give(Strike(How.PAUSE, played.entry + point.offset))
    played.type()
    await_one(lambda: world.orders.paused, lambda: played.over)
    fault.begin(world)
    try:
        world.orders.withdraw()
        in_time = eventually(fault.seconds, lambda: played.over)
    finally:
        fault.end(world)
    began = time.monotonic()
    outcome = outcome_of(played, WITH_A_FAULT[story.command], began)
    if not in_time:
        outcome.problems.append(Disagreement(f"{played.text!r} took more than {fault.seconds:g} s"))
    return outcome


def bring_to_rest(world: World) -> None:
    """What every case begins with: nothing runs, and everything agrees. Raises Broken."""
    world.orders.withdraw()
    if not world.daemon.running:
        world.restart()
    for text in ("abort", "commit"):
        deploy = world.records.last_deploy()
        if deploy and not deploy.phase.ended:
            world.tell(text)
    if world.records.ships_are_locked:
        world.tell("unlock")
    left, _ = converge(world, world.hub.head(MAIN), None)
    if left:
        raise Broken("; ".join(map(str, left)))


def _kill(played: Scene, strike: Strike) -> None:
    """Type the command and wait until the daemon is dead. A run that writes less than another is killed after it."""
    world = played.world
    world.orders.give(strike)
    played.type()
    await_one(lambda: not world.daemon.running, lambda: played.over)
    eventually(LOOK_SECONDS, lambda: not world.daemon.running)
    world.daemon.kill()
    world.orders.withdraw()


def _too_late(played: Scene) -> list[Disagreement]:
    """An abort of what is merged already has to be refused."""
    deploy, records = played.world.records.last_deploy(), played.world.records
    if deploy is None or deploy.merged is None:
        return []
    ended = {text: records.ended(text, played.entry) for text in ABORTS}
    told = {text: end.outcome if end else "nothing" for text, end in ended.items()}
    return [Disagreement(f"to {text!r}, after the merge: {what}") for text, what in told.items() if what != REFUSED]


def _bugs(played: Scene) -> list[Disagreement]:
    ends = [entry.event for entry in played.world.records.since(played.entry) if isinstance(entry.event, CommandEnded)]
    return [Disagreement(f"a bug: {end.why}") for end in ends if end.outcome == BUG]


def _aborting(played: Scene) -> bool:
    return any(isinstance(entry.event, Aborting) for entry in played.world.records.since(played.entry))


def await_one(*conditions: Callable[[], bool]) -> None:
    """Wait until one of these is so. Raises Broken."""
    if not eventually(COMMAND_SECONDS, *conditions):
        raise Broken(f"the command has neither ended nor come to its point within {COMMAND_SECONDS:g} s")


def outcome_of(played: Scene, phases: Collection[Phase] | None, began: float, *, restarted: bool = False) -> Outcome:
    """What has come of it, once everything agrees, or does not in the end."""
    world = played.world
    problems, seconds = converge(world, played.master_was, phases, began)
    problems += _lock(played)
    problems += _told(played, restarted=restarted)
    problems += _bugs(played)
    return Outcome(seconds, world.lost - played.lost, problems)


def converge(
    world: World, master_was: str, phases: Collection[Phase] | None, began: float | None = None
) -> tuple[list[Disagreement], float]:
    """Look until everything agrees and goes on to; returns what does not in the end, and the seconds until it did."""
    began = time.monotonic() if began is None else began
    deadline = time.monotonic() + CONVERGES_SECONDS
    agreed = None
    while True:
        found, now = disagreements(world, master_was, phases), time.monotonic()
        agreed = None if found else agreed or now
        if agreed is not None and now - agreed >= STEADY_SECONDS:
            return [], agreed - began
        if now > deadline and found:
            return found, now - began
        time.sleep(LOOK_SECONDS)


def _lock(played: Scene) -> list[Disagreement]:
    """Held by a deploy that runs, and by nothing else: one of these is refused, and neither begins a deploy."""
    world = played.world
    deploy = world.records.last_deploy()
    running = deploy is not None and not deploy.phase.ended
    text, before = (f"ship {played.branch.name}" if running else "rollout 10"), world.records.last_number
    said = world.tell(text)
    ended = world.records.ended(text, before)
    begun = [entry for entry in world.records.since(before) if isinstance(entry.event, Started)]
    if ended is None or ended.outcome != REFUSED or begun:
        return [Disagreement(f"the lock is {'free' if running else 'held'}: to {text!r} it says {said}")]
    return []


def _told(played: Scene, *, restarted: bool) -> list[Disagreement]:
    """Somewhere in the channel it can be read what became of the deploy."""
    world, deploy = played.world, played.world.records.last_deploy()
    if deploy is None or deploy.id == played.last:
        return []
    words = TOLD.get(deploy.phase, STILL_RUNNING if restarted else ())

    def told() -> bool:
        said = [message["text"].lower() for message in world.slack.messages() if message["ts"] > played.since]
        return any(word in text for word in words for text in said) or not words

    if eventually(TOLD_SECONDS, told):
        return []
    return [Disagreement(f"the channel was not told that the deploy is {deploy.phase}")]
