"""Apps as the config file would give them, for the tests of what is rendered from them."""

from __future__ import annotations

from pathlib import Path

from shippy.config.schema import App


def web(files: Path | None = Path("/etc/haproxy/shippy"), **keys: object) -> App:
    """The app `web` of the sample config, with some of its keys changed."""
    sample = {
        "repository": "acme/web",
        "image": "registry.example.com/acme/web:{commit}",
        "hosts": [{"name": "web1", "docker": "tcp://10.0.0.11:2376", "address": "10.0.0.11"}],
        "balancers": [{"name": "lb1", "runtime": "tcp://10.0.0.5:9999", "files": files and str(files)}],
        "vip": "http://10.0.0.5:8001/",
        "public": "https://www.example.com/",
    }
    return App.model_validate(sample | keys)
