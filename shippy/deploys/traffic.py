"""What the balancers should do at each moment of a deploy, as a pure function of its state.

A change of traffic, its taking back, a restart of the daemon and a restarted balancer all bring about the same thing:
the traffic that this module wants.
"""

from __future__ import annotations

from collections.abc import Iterable

from shippy.model import Deploy, Endpoint, Live, Phase, Routing, Slot, Traffic


def at_rest(live: Live, endpoints: Iterable[Endpoint]) -> Traffic:
    """No deploy is running: the public gets the live release, and nothing is being verified."""
    return Traffic(Routing(live.slot), {live.slot: frozenset(endpoints)})


def wanted(deploy: Deploy) -> Traffic:
    """What the deploy has come to. Its preparation must have begun: nothing is known of its endpoints before."""
    if deploy.slot is None:
        raise ValueError(f"the preparation of deploy {deploy.id} has not begun")
    if not deploy.connected:
        return at_rest(deploy.live, deploy.stable_endpoints)
    endpoints = _endpoints(deploy, deploy.slot)
    if deploy.swapped:
        return Traffic(Routing(deploy.slot), endpoints)
    if deploy.phase in {Phase.ABORTING, Phase.ABORTED, Phase.FAILED, Phase.UNDOING, Phase.UNDONE}:
        return Traffic(Routing(deploy.live.slot), endpoints)
    return Traffic(Routing(deploy.live.slot, deploy.slot, deploy.share, deploy.id), endpoints)


def _endpoints(deploy: Deploy, slot: Slot) -> dict[Slot, frozenset[Endpoint]]:
    """Both releases, until the one that goes is drained."""
    stable, candidate = frozenset(deploy.stable_endpoints), frozenset(deploy.ready)
    if not deploy.drained:
        return {deploy.live.slot: stable, slot: candidate}
    return {slot: candidate} if deploy.swapped else {deploy.live.slot: stable}
