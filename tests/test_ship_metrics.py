"""The daemon as a process that shows its numbers."""

from __future__ import annotations

import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from tests.test_ship import daemon, place


def test_a_daemon_with_metrics_starts_and_shows_them(tmp_path: Path) -> None:
    made = place(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = int(unused.getsockname()[1])
    made.config.write_text(f'metrics: {{listen: "127.0.0.1:{port}"}}\n{made.config.read_text()}')
    with daemon(made), closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/metrics")
        assert "shippy_candidate_share_ratio" in connection.getresponse().read().decode()
