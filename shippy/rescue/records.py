"""What the journal says of an app, and what its balancers should do by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shippy.deploys import state, traffic
from shippy.errors import JournalFailed
from shippy.events import Swap
from shippy.model import Deploy, Live, Phase, Routing, Slot, Traffic
from shippy.ports import Journal


@dataclass(frozen=True, slots=True)
class Recorded:
    """`live` is None where nothing was ever made live, and `deploy` where none is running."""

    live: Live | None = None
    deploy: Deploy | None = None

    @property
    def routing(self) -> Routing:
        """What visitors should get."""
        if self.deploy is not None and self.deploy.slot is not None:
            return traffic.wanted(self.deploy).routing
        return Routing(self.stable)

    @property
    def stable(self) -> Slot:
        """The slot that an abort leads back to."""
        if self.deploy is not None and self.deploy.slot is not None:
            return self.deploy.live.slot
        return self.live.slot if self.live else Slot.BLUE

    @property
    def aborted(self) -> Traffic | None:
        """What balancers do after an abort; None where they have not been told of a deploy that runs."""
        if self.deploy is None or self.deploy.slot is None:
            return None
        return traffic.wanted(replace(self.deploy, phase=Phase.ABORTING))


def recorded(journal: Journal, app: str) -> Recorded:
    """What the journal says of an app.

    Raises:
        JournalFailed: it cannot be read.
    """
    swap = journal.last_swap(app)
    live = swap.event.made_live if swap is not None and isinstance(swap.event, Swap) else None
    # The newest is the one that runs: an older one has ended in a way that its daemon could not record.
    unfinished = (state.folded(journal.of_deploy(deploy)) for deploy in reversed(journal.unfinished()))
    return Recorded(live, next((deploy for deploy in unfinished if deploy.app == app), None))


def readable(journal: Journal | None, app: str) -> tuple[Recorded | None, str]:
    """What the journal says; or None, and why."""
    if journal is None:
        return None, ""
    try:
        return recorded(journal, app), ""
    except JournalFailed as error:
        return None, error.why
