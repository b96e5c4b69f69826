"""What a deploy would do where."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.model.fleet import Container
from shippy.model.traffic import NONE, Share, Slot


@dataclass(frozen=True, slots=True)
class HostPlan:
    """What a host would get: the name of the container, and those that would go, warm ones among them.

    `problem` is one line where the host does not tell what it has: nothing is removed there then.
    """

    host: str
    container: str
    removed: tuple[Container, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BalancerPlan:
    """What would change on a balancer: the hosts whose servers join or leave each slot, and the rules.

    `before` is the share that `candidate` has now; None: it is not being verified. `problem` is one line where the
    balancer does not tell what it does now.
    """

    balancer: str
    stable: Slot
    candidate: Slot
    joining: tuple[tuple[Slot, str], ...] = ()
    leaving: tuple[tuple[Slot, str], ...] = ()
    before: Share | None = None
    share: Share = NONE
    problem: str = ""
