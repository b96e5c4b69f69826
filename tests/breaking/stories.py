"""The commands, each with what leads up to it: one line of the table below for a command is all that it needs.

At which entries of the journal a command can be struck is not written down anywhere: it is asked of the journal, after
the command has run once in peace.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shippy.events import Announced, DeployEvent, Event
from shippy.journal.codec import kind_of
from tests.breaking.branches import Branch
from tests.breaking.images import Kind
from tests.breaking.strike import eventually
from tests.breaking.world import COMMAND_SECONDS, Broken, World

ENGINE_PORT = 2375
SHIP = "ship {branch}"
CLIMB = "rollout 5 50 every 1h"


@dataclass(frozen=True, slots=True)
class Story:
    """A command and what is typed before it; `{branch}` stands for a branch that can be shipped.

    `missing` tells that one host's engine refuses every connection until the command itself is typed, and `warm` that
    the containers from before stay for a while after a commit.
    """

    command: str
    text: str
    before: tuple[str, ...] = ()
    person: str = "dana"
    missing: bool = False
    warm: bool = False
    after_the_end: bool = False


STORIES = (
    Story("ship", SHIP),
    Story("ship!", "ship! {branch} because the shop is down"),
    Story("rollout", "rollout 25", before=(SHIP,)),
    Story("rollout down", "rollout 5", before=(SHIP, "rollout 50")),
    Story("climb", CLIMB, before=(SHIP,)),
    Story("pause", "pause", before=(SHIP, CLIMB)),
    Story("resume", "resume", before=(SHIP, CLIMB, "pause")),
    Story("commit", "commit", before=(SHIP, "rollout 25")),
    Story("abort", "abort it looks wrong", before=(SHIP, "rollout 50")),
    Story("retry", "retry", before=(SHIP,), missing=True),
    Story("takeover", "takeover dana is at lunch", before=(SHIP, "rollout 25"), person="kim"),
    Story("undo", "undo the cart is empty", before=(SHIP, "commit"), warm=True, after_the_end=True),
)


@dataclass(frozen=True, slots=True)
class Point:
    """The entry that a command wrote as its `offset`th, and its kind; `of_deploy` tells that it changed the deploy."""

    offset: int
    kind: str
    of_deploy: bool = True


@dataclass(frozen=True)
class Scene:
    """A world in which a command can be typed: what led up to it has happened.

    Attributes:
        last: the id of the deploy that was the last one before.
        since: the ts of the last message before.
        entry: the number of the journal's last entry.
        lost: the requests lost before, by the reason.
    """

    world: World
    story: Story
    branch: Branch
    last: str | None
    since: str
    thread: str | None
    entry: int
    lost: Counter[str]

    @property
    def master_was(self) -> str:
        return self.branch.base

    @property
    def text(self) -> str:
        return self.story.text.format(branch=self.branch.name)

    def type(self) -> str:
        """Type the command; returns the ts of its message."""
        return self.world.type(self.text, self.story.person, self.thread)

    @property
    def over(self) -> bool:
        """Whether the command has ended."""
        return self.world.records.ended(self.text, self.entry) is not None


def scene(world: World, story: Story, kind: Kind = Kind.HEALTHY) -> Scene:
    """Do what leads up to a story's command. Raises Broken where that does not go well."""
    world.keep_warm(story.warm)
    world.connected()
    branch = world.branches.ready(kind)
    last, lost = world.records.last_deploy(), world.lost
    since = str(world.slack.messages()[-1]["ts"])
    thread = None
    away = world.machines.hosts[-1].engine if story.missing else None
    if away:
        away.machine.refuse(ENGINE_PORT)
    try:
        for text in story.before:
            ts = world.do(text.format(branch=branch.name), thread)
            thread = thread or ts
    finally:
        if away:
            away.machine.admit(ENGINE_PORT)
    deploy = world.records.last_deploy()
    if story.before and (deploy is None or deploy.phase.ended is not story.after_the_end):
        raise Broken(f"{story.before[0]} came to {deploy.phase if deploy else 'nothing'}: {deploy and deploy.reason}")
    return Scene(world, story, branch, last.id if last else None, since, thread, world.records.last_number, lost)


def points_of(world: World, story: Story) -> list[Point]:
    """Every entry that a story's command writes, as one run of it in peace shows."""
    played = scene(world, story)
    played.type()
    if not eventually(COMMAND_SECONDS, lambda: played.over):
        raise Broken(f"{played.text!r} has not ended, and nothing was in its way")
    written = world.records.since(played.entry)
    return [_point(number, entry.event) for number, entry in enumerate(written, start=1)]


def _point(number: int, event: Event) -> Point:
    return Point(number, kind_of(type(event)), isinstance(event, DeployEvent) and not isinstance(event, Announced))
