"""The links that pin one browser to the new version."""

from __future__ import annotations

from shippy.answers import PinsReport
from shippy.sentences.phrases import deployed, lasting


def links(said: PinsReport) -> str:
    """Both links, and what whoever has them should know."""
    pins = said.pins
    return "\n".join(
        [
            f"Only for you, for {lasting(said.now, pins.until)} (until {pins.until:%H:%M} UTC).",
            f"This shows your browser {deployed(said.deploy)} at its public address, whatever its share: {pins.pin}",
            f"This gives it back what everybody gets: {pins.unpin}",
        ]
    )
