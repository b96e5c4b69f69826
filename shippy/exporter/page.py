"""Serving the numbers over HTTP, at /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import make_wsgi_app

from shippy.config.exporting import MetricsSettings
from shippy.exporter.numbers import Numbers
from shippy.model import Budget, Deploy
from shippy.serving import Server


class MetricsPage:
    """The numbers, and the server that shows them to whoever can reach its address: there are no secrets in them."""

    def __init__(
        self, settings: MetricsSettings, budget: Callable[[], Budget | None], running: Callable[[], Iterable[Deploy]]
    ) -> None:
        self.numbers = Numbers(budget, running)
        self._server = Server("the metrics", settings.listen, make_wsgi_app(self.numbers.registry))

    def start(self) -> int:
        """Begin to listen, and return the port. Raises Unavailable where the address cannot be had."""
        return self._server.start()

    def stop(self, within: float) -> None:
        """Take no more connections, and end those there are after so many seconds."""
        self._server.stop(within)
