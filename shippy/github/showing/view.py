"""What GitHub should show of a deploy, and the parts that show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shippy.model import Deploy, Phase, Place

STATES = {
    Phase.FAILED: "failure",
    Phase.ABORTED: "inactive",
    Phase.UNDONE: "inactive",
}
IN_PROGRESS, LIVE, INACTIVE = "in_progress", "success", "inactive"


@dataclass(frozen=True, slots=True)
class View:
    """A deploy as it is now.

    Attributes:
        superseded: it was committed, and another release is live since.
        link: where people follow it, if there is such a place.
        may_begin: what GitHub does not show of it yet may be made; what it shows is kept up to date in any case.
    """

    deploy: Deploy
    superseded: bool = False
    link: str | None = None
    may_begin: bool = True

    @property
    def state(self) -> str:
        """In GitHub's words: https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status"""
        match self.deploy.phase:
            case Phase.COMMITTED:
                return INACTIVE if self.superseded else LIVE
            case Phase.UNDOING:
                return LIVE if self.deploy.swapped else INACTIVE
            case phase:
                return STATES.get(phase, IN_PROGRESS)


class Part(Protocol):
    """One of the things that GitHub shows of one deploy."""

    def show(self, view: View) -> None:
        """Make GitHub show this; nothing is asked where it does so already.

        Raises:
            Declined: GitHub will not.
            Unavailable: GitHub did not answer; it may show it all the same.
        """


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: so long `between` two looks at what has changed; pauses from `first` to `most` where GitHub is away."""

    between: float = 2.0
    first: float = 1.0
    most: float = 60.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What showing deploys needs of others. All but `parts` may raise ShippyError.

    Attributes:
        parts: what GitHub shows of a deploy of each app; an app that is not there is not shown.
        live: the id of the deploy that serves an app's public now.
        deploy: a deploy by its id, if the journal has it.
        link: the address of a message in the chat.
    """

    parts: dict[str, Callable[[], Sequence[Part]]]
    live: Callable[[str], str | None]
    deploy: Callable[[str], Deploy | None]
    link: Callable[[Place], str | None]
    pace: Pace = field(default_factory=Pace)
