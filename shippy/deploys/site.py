"""One app, with everything that its deploys act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shippy.config.schema import App
from shippy.ports import Balancers, CodeHost, Fleet, Metrics


@dataclass(frozen=True, slots=True)
class Site:
    """`metrics` are what each of the configured measures is asked of, by their names."""

    name: str
    settings: App
    code: CodeHost
    fleet: Fleet
    balancers: Balancers
    metrics: Mapping[str, Metrics] = field(default_factory=dict)
