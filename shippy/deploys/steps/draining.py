"""Waiting until nobody is served by a slot any more."""

from __future__ import annotations

from datetime import timedelta

from shippy.deploys.site import Site
from shippy.errors import Unavailable
from shippy.model import Slot
from shippy.ports import Clock

LOOK_SECONDS = 0.1
"""Between two looks at the balancers' sessions: short beside any request that is worth waiting for."""


def drain(site: Site, slot: Slot, clock: Clock) -> int | None:
    """Wait until no session is open to a slot that gets no new ones, or until `traffic.drain` seconds are over.

    Returns:
        How many sessions were still open then, and are cut when the containers stop. None: the balancers cannot tell,
        and the time was waited for to its end.
    """
    deadline = clock.now() + timedelta(seconds=site.settings.traffic.drain)
    while (open_sessions := _sessions(site, slot)) != 0 and clock.now() < deadline:
        clock.sleep(LOOK_SECONDS)
    return open_sessions


def _sessions(site: Site, slot: Slot) -> int | None:
    try:
        return site.balancers.sessions(slot)
    except Unavailable:
        # No balancer answers: none can be asked whether somebody is still served, and waiting longer tells nothing.
        return 0
