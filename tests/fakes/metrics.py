"""A monitoring system in memory."""

from __future__ import annotations

from collections.abc import Mapping

from gevent.event import Event

from shippy.errors import Unavailable


class FakeMetrics:
    """Implements shippy.ports.Metrics. `values` are the numbers by their queries; a silent one never answers."""

    def __init__(self, values: Mapping[str, float], *, silent: bool = False) -> None:
        self.values = values
        self.silent = silent
        self.asked: list[str] = []

    def value(self, query: str) -> float:
        self.asked.append(query)
        if self.silent:
            Event().wait()
        if query not in self.values:
            raise Unavailable("Prometheus", "no such number")
        return self.values[query]
