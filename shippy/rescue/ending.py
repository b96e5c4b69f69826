"""How a rescue ends, as its exit code."""

from __future__ import annotations

from enum import IntEnum


class Ending(IntEnum):
    """The worst of what was found for the apps that were asked for. 2 is left to the command line's own mistakes."""

    WELL = 0
    """Everything is as recorded; after an abort: every balancer sends the public to the stable slot, as recorded."""

    UNWELL = 1
    """Something is not as recorded, or does not tell; after an abort: something is left to do."""

    DAEMON_RUNS = 3
    """Nothing was done, because a daemon has the journal: it takes commands."""

    TOO_LATE = 4
    """Nothing was done, because the branch is merged: the daemon finishes the commit when it starts."""
