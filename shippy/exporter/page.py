"""Serving the numbers over HTTP, at /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import make_wsgi_app

from shippy.config.listening import MetricsSettings
from shippy.exporter.numbers import Numbers
from shippy.model import Budget, Deploy
from shippy.serving import Server


class MetricsPage(Server):
    """Serves the numbers to whoever can reach its address: there are no secrets in them."""

    def __init__(
        self, settings: MetricsSettings, budget: Callable[[], Budget | None], running: Callable[[], Iterable[Deploy]]
    ) -> None:
        self.numbers = Numbers(budget, running)
        super().__init__("the metrics", settings.listen, make_wsgi_app(self.numbers.registry))
