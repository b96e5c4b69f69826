"""A world in which a share climbs by itself."""

from __future__ import annotations

from typing import Any

import gevent

from shippy.deploys.recovery import recover
from shippy.deploys.steps import climbing
from shippy.deploys.watch.climber import Climber
from shippy.events import RampStopped
from shippy.model import Deploy, Ramp, Share
from tests.world import DANA, KIM, World

EVERY = 300.0


def shares(*percents: float) -> tuple[Share, ...]:
    return tuple(Share.of_percent(str(percent)) for percent in percents)


class Climb:
    """A world in which dana has shipped, and may let the share climb."""

    def __init__(self, **settings: Any) -> None:
        self.world = World(**settings)
        self.world.make_live()
        self.world.ship()
        self.climber = Climber(self.world.deploys)

    def begin(self, *percents: float, every: float = EVERY) -> Deploy:
        return climbing.begin(self.world.deploys, "web", shares(*percents), every, DANA)[1]

    def pause(self) -> Deploy:
        return climbing.pause(self.world.deploys, "web", KIM)[1]

    def resume(self) -> Deploy:
        return climbing.resume(self.world.deploys, "web", KIM)[1]

    def look(self) -> None:
        self.climber.look(self.world.site)

    def after(self, seconds: float) -> Share:
        """The share, once so much more time has gone by and the climber has looked."""
        self.world.clock.advance(seconds)
        self.look()
        return self.deploy.share

    def restart(self) -> None:
        self.climber = Climber(self.world.restarted())
        gevent.joinall(recover(self.world.deploys), raise_error=True)

    @property
    def deploy(self) -> Deploy:
        (session,) = self.world.deploys.locks
        return session.deploy

    @property
    def ramp(self) -> Ramp | None:
        return self.deploy.ramp

    @property
    def reasons(self) -> list[str]:
        """Why climbs were stopped."""
        return [event.reason for event in self.world.happened(RampStopped)]


def climb(*percents: float, **settings: Any) -> Climb:
    there = Climb(**settings)
    there.begin(*(percents or (5, 25, 50, 100)))
    return there
