"""Cases with a second daemon: the active one is killed, or frozen, and the one that stands by takes over."""

from __future__ import annotations

import subprocess
import time

from tests.breaking.cases import Outcome, await_one, converge, outcome_of
from tests.breaking.expected import after_a_kill
from tests.breaking.stories import Point, Scene, Story, scene
from tests.breaking.strike import How, Strike, eventually
from tests.breaking.truth import Disagreement
from tests.breaking.world import STANDBY, Broken, World

TAKEN_OVER_SECONDS = 5.0
PATIENCE_SECONDS = 20.0
LEASE_OVER = 75


def taken_over(world: World, story: Story, point: Point, how: How) -> Outcome:
    """The active daemon is struck at the point; another one takes over, in time, and goes on as a restarted one would.

    One that was frozen is thawed when everything agrees: it ends by itself, and everything agrees still.
    """
    played = scene(world, story)
    _strike(played, Strike(how, played.entry + point.offset))
    began = time.monotonic()
    phases = after_a_kill(world.records.last_deploy())
    world.change_roles()
    late = not eventually(PATIENCE_SECONDS, lambda: STANDBY not in " ".join(world.tell("queue")))
    took = time.monotonic() - began
    outcome = outcome_of(played, phases, began, restarted=True)
    if late or took > TAKEN_OVER_SECONDS:
        outcome.problems.append(Disagreement(f"it was taken over after {took:.1f} s"))
    if how is How.FREEZE:
        outcome.problems += _thawed(played)
        outcome.problems += converge(world, played.master_was, phases)[0]
    _stand_by_again(world)
    return outcome


def _strike(played: Scene, strike: Strike) -> None:
    """Type the command, and wait until the daemon is dead or frozen; where it writes less than before, it ends here."""
    world = played.world
    world.orders.give(strike)
    played.type()
    await_one(lambda: _is_struck(world), lambda: played.over)
    if strike.how is not How.FREEZE:
        world.daemon.kill()
    world.orders.withdraw()


def _is_struck(world: World) -> bool:
    """Whether it does not run any more: state T of proc(5) is that of a process that was stopped."""
    if not world.daemon.running:
        return True
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(world.daemon.pid)], capture_output=True, check=False)
    return state.stdout.startswith(b"T")


def _thawed(played: Scene) -> list[Disagreement]:
    world = played.world
    if world.other is None:
        raise Broken("there is only one daemon")
    before = world.records.last_number
    try:
        code = world.other.daemon.thaw()
    except subprocess.TimeoutExpired:
        return [Disagreement("the one that was thawed goes on")]
    ended = [] if code == LEASE_OVER else [Disagreement(f"the one that was thawed ended with {code}")]
    return ended if world.records.last_number >= before else [*ended, Disagreement("entries are gone")]


def _stand_by_again(world: World) -> None:
    if world.other is None:
        raise Broken("there is only one daemon")
    world.other.daemon.kill()
    world.other.daemon.start()
