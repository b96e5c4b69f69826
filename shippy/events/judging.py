"""What the balancers' own counters say of the new release, beside the old one."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.events.base import DeployEvent
from shippy.model import Judgement


@dataclass(frozen=True, slots=True)
class Judged(DeployEvent):
    """The judgement has changed. `aborting` tells that the deploy is taken back for it (`guard: abort`)."""

    judgement: Judgement
    aborting: bool = False
