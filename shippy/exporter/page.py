"""Serving the numbers over HTTP, at /metrics."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable
from typing import Any

from gevent import Timeout
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer
from prometheus_client import make_wsgi_app

from shippy.config.exporting import MetricsSettings
from shippy.errors import Unavailable
from shippy.exporter.numbers import Numbers
from shippy.model import Budget, Deploy

log = logging.getLogger(__name__)

CONNECTIONS = 8
CONNECTION_SECONDS = 10.0
"""One connection at most: who scrapes makes another one next time, and who says nothing is gone."""


class BoundedServer(WSGIServer):
    """gevent's server, which by itself lets a silent client have a connection for ever."""

    def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> None:
        with Timeout(CONNECTION_SECONDS, False):  # type: ignore[arg-type] # False: it ends in silence
            super().wrap_socket_and_handle(client_socket, address)


class MetricsPage:
    """The numbers, and the server that shows them to whoever can reach its address: there are no secrets in them."""

    def __init__(
        self, settings: MetricsSettings, budget: Callable[[], Budget | None], running: Callable[[], Iterable[Deploy]]
    ) -> None:
        self.numbers = Numbers(budget, running)
        self._listen = settings.listen
        self._server: BoundedServer | None = None

    def start(self) -> int:
        """Begin to listen, and return the port. Raises Unavailable where the address cannot be had."""
        host, _, port = self._listen.rpartition(":")
        family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
        try:
            listener = socket.create_server((host.strip("[]"), int(port)), family=family)
        except OSError as error:
            raise Unavailable(f"the address of the metrics, {self._listen},", error.strerror or str(error)) from error
        application = make_wsgi_app(self.numbers.registry)
        self._server = BoundedServer(listener, application, log=None, error_log=log, spawn=Pool(CONNECTIONS))
        self._server.start()
        return self._server.server_port or 0

    def stop(self, within: float) -> None:
        """Take no more connections, and end those there are after so many seconds."""
        if self._server is not None:
            self._server.stop(within)
