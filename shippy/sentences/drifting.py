"""An app's hosts and balancers between its deploys."""

from __future__ import annotations

from shippy import events
from shippy.events import Entry, Part
from shippy.sentences.phrases import counted


def narrate_app(entry: Entry) -> str | None:
    """The words for an AppEvent."""
    match entry.event:
        case events.Drifted(app=app):
            return f"{app}: {wrong(entry.event)}."
        case events.Settled(app=app, part=part, name=name):
            return f"{app}: {_named(part, name)} is all right again."
        case events.Mended(app=app, part=part, name=name):
            return f"{app}: something was wrong with {_named(part, name)}; it has been put right."
        case events.Swept(app=app, host=host, containers=containers):
            return f"{app}: removed {counted(len(containers), 'container')} that ended deploys had left on {host}."
        case _:
            return None


def wrong(seen: events.Drifted) -> str:
    """The words without an end."""
    return f"something is wrong with {_named(seen.part, seen.name)}: {seen.reason.removesuffix('.')}"


def _named(part: Part, name: str) -> str:
    return f"the container on {name}" if part is Part.CONTAINER else f"the {part} {name}"
