"""One app, with everything that its deploys act on."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.config.schema import App
from shippy.ports import Balancers, CodeHost, Fleet


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    settings: App
    code: CodeHost
    fleet: Fleet
    balancers: Balancers
