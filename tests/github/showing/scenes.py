"""Deploys as they come, and a part of GitHub that a test looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from gevent.event import Event as Flag

from shippy.events import Entry, Event, Moved, ShareChanging
from shippy.github.showing.view import Pace, Part, Surroundings, View
from shippy.model import Deploy, Endpoint, Live, Person, Phase, Place, Revision, Share, Slot
from tests.fakes.clock import NOON

COMMIT = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"
DANA = Person("U1", "dana")
HASTE = Pace(between=0.0, first=0.01, most=0.02)
PREPARING = Deploy(
    "260101-120000-abcd",
    "web",
    "production",
    "feature-x",
    DANA,
    Place("C1", "1.1"),
    started=NOON,
    phase=Phase.PREPARING,
    revision=Revision("feature-x", COMMIT, "feature-x"),
    live=Live(Slot.BLUE, "260101-110000-abcd", "1a2b3c4d" + "0" * 32),
    slot=Slot.GREEN,
)
SECONDS = 10.0


def at(percent: int, deploy: Deploy = PREPARING) -> Deploy:
    return replace(deploy, phase=Phase.ROLLING, share=Share.of_percent(percent))


def ended(phase: Phase, deploy: Deploy = PREPARING) -> Deploy:
    return replace(deploy, phase=phase, ended=NOON)


def entry(event: Event | None = None) -> Entry:
    """Something that has happened to the deploy; what it is does not matter here, unless it is given."""
    share = Share.of_percent(5)
    return Entry(1, NOON, event or ShareChanging(PREPARING.id, "web", DANA, share, share))


def moved() -> Entry:
    return entry(Moved(PREPARING.id, "web", Slot.GREEN, Endpoint("web1", "10.0.0.1", 8080)))


@dataclass
class SpyPart:
    """Keeps what it was to show. While `closed` it lets nobody through; `failures` are raised, one a call."""

    views: list[View] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    asked: Flag = field(default_factory=Flag)
    opened: Flag = field(default_factory=Flag)

    def __post_init__(self) -> None:
        self.opened.set()

    def show(self, view: View) -> None:
        self.asked.set()
        assert self.opened.wait(SECONDS)
        if self.failures:
            raise self.failures.pop(0)
        self.views.append(view)

    @property
    def shares(self) -> list[str]:
        return [str(view.deploy.share) for view in self.views]

    @property
    def phases(self) -> list[Phase]:
        return [view.deploy.phase for view in self.views]


def around(
    *parts: Part,
    live: Callable[[str], str | None] = lambda _: PREPARING.id,
    deploy: Callable[[str], Deploy | None] = lambda _: None,
    link: Callable[[Place], str | None] = lambda _: None,
) -> Surroundings:
    """Surroundings in which all deploys of web have these parts."""
    given: Callable[[], Sequence[Part]] = lambda: parts  # noqa: E731 - its type is told here
    return Surroundings({"web": given}, live, deploy, link, HASTE)
