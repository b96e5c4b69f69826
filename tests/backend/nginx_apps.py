"""Apps behind a nginx, for the tests of what is rendered from them."""

from __future__ import annotations

from pathlib import Path

from shippy.config.schema import App
from tests.backend.haproxy_apps import web


def behind_nginx(files: Path = Path("/etc/nginx/shippy"), state: str = "http://127.0.0.1:8404", **keys: object) -> App:
    """The app `web` of the sample config, with one nginx, and some of its keys changed."""
    balancer = {"name": "lb1", "kind": "nginx", "files": str(files), "state": state}
    return web(None, balancers=[balancer], **keys)
