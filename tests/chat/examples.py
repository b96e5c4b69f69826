"""A deploy and an event of it, for tests to which it does not matter which."""

from __future__ import annotations

from datetime import UTC, datetime

from shippy.answers import Answer, Told
from shippy.errors import ShippyError
from shippy.events import Committed, Entry
from shippy.model import Deploy, Person, Place

ALICE = Person("U1", "alice")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def deploy_in(place: Place) -> Deploy:
    return Deploy(id="d1", app="web", lock="production", ref="feature-x", owner=ALICE, place=place, started=NOON)


def entry(number: int = 1) -> Entry:
    return Entry(number, NOON, Committed("d1", "web"))


ANSWER = Told(entry(9), deploy_in(Place("C1", "1.1")))


def render(answer: Answer | ShippyError) -> str:
    return f"answered {type(answer).__name__}"


def narrate(happened: Entry, deploy: Deploy) -> str | None:
    """Words for all but entry 0, which is one of those that are not told."""
    return f"{deploy.ref}: {type(happened.event).__name__} {happened.number}" if happened.number else None
