"""The configuration of a nginx that shippy can work with, rendered from shippy's own config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from shippy.backend.nginx.text import bind, variable, word
from shippy.backend.templating import template
from shippy.config.balancers import NginxBalancer
from shippy.config.schema import App

CERTIFICATES = "/etc/nginx/certs"
PORTS = {"http": 80, "https": 443}


def nginx_config(apps: Mapping[str, App], balancer: NginxBalancer) -> str:
    """What belongs into the `http` of one nginx: for each of the apps that has a balancer with the same `files`."""
    served = {name: app for name, app in apps.items() if any(own.files == balancer.files for own in app.nginxes)}
    sections = [_section(name, app, balancer) for name, app in served.items()]
    found = (section[which]["certificate"] for section in sections for which in ("public", "vip"))
    return template("nginx.conf.j2").render(
        names=list(served),
        apps=sections,
        folder=balancer.files,
        certificates=sorted({certificate for certificate in found if certificate}),
    )


def _section(name: str, app: App, balancer: NginxBalancer) -> dict[str, Any]:
    return {
        "name": name,
        "file": word(str(balancer.files / f"{name}.conf")),
        "variable": variable(name),
        "sticky": str(app.traffic.sticky),
        "public": _site(app.public),
        "vip": _site(app.vip),
    }


def _site(address: str) -> dict[str, str]:
    url = urlsplit(address)
    host = url.hostname or ""
    return {
        "bind": bind(host, url.port or PORTS[url.scheme]),
        "hostname": word(host),
        "certificate": f"{CERTIFICATES}/{host}.pem" if url.scheme == "https" else "",
    }
