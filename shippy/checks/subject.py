"""What a check is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shippy.config.schema import App
from shippy.model import CheckResult, Image, Live, Person, Revision
from shippy.ports import Clock, CodeHost, Fleet


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody wants to ship, and where to ask about it.

    Attributes:
        app: the app's name; `settings` is its part of the config.
        person: who ships it, or asks.
        deploy: the deploy's id; None where somebody only asks.
        live: what is live now; None where nobody has looked.
        fetched: waits for the image to be on a host, or on none, and gives it; None where nobody has it pulled. It
            raises ImageNotFound or Unavailable.
    """

    app: str
    settings: App
    revision: Revision
    person: Person
    code: CodeHost
    fleet: Fleet
    clock: Clock
    deploy: str | None = None
    live: Live | None = None
    fetched: Callable[[], Image] | None = None


Check = Callable[[Subject], tuple[CheckResult, ...]]
"""One check: its results, none where the config does not ask for it.

It may raise Unavailable: its verdict is then `unreadable`, which blocks. Levels are put on results by whoever runs it.
"""
