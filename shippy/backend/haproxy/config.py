"""The configuration of a HAProxy that shippy can work with, rendered from shippy's own config."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from shippy.backend.haproxy.state import UNROUTED, address_and_port, backend_name, routing_of, server_name
from shippy.backend.pins import balancer_key
from shippy.backend.templating import template
from shippy.config.balancers import Balancer
from shippy.config.schema import App, Health
from shippy.model import Slot, Traffic

CERTIFICATES = "/etc/haproxy/certs"
NO_FILE = "/dev/null"
CHECK_NEW_EVERY = 0.25
PORTS = {"http": 80, "https": 443}


def balancer_config(apps: Mapping[str, App], balancer: Balancer) -> str:
    """The whole configuration file of one HAProxy: for each of the apps that has a balancer with the same runtime.

    Where the balancer has `files`, HAProxy is to be started with them as well ("-f haproxy.cfg -f FILES"), and the
    backends are there; otherwise they are in this file, without servers.
    """
    served = {
        name: (app, own) for name, app in apps.items() for own in app.haproxies if own.runtime == balancer.runtime
    }
    sections = [_frontends(name, app, own) for name, (app, own) in served.items()]
    runtime = urlsplit(balancer.runtime)
    address = address_and_port(runtime.hostname, runtime.port or 0) if runtime.hostname else None
    return template("haproxy.cfg.j2", word=_word).render(
        names=list(served),
        apps=sections,
        folders=list(dict.fromkeys(str(own.files) for _, own in served.values() if own.files)),
        bare=[section["name"] for section in sections if section["bare"]],
        keys=[section["name"] for section in sections if section["key"]],
        certificates=sorted({path for section in sections for path in section["certificates"]}),
        runtime={"address": address, "path": runtime.path},
        unrouted=UNROUTED,
    )


def backends_config(name: str, app: App, wanted: Traffic) -> str:
    """An app's two backends with their servers: the file "<app>.cfg" in a balancer's `files`."""
    slots = [
        {
            "backend": backend_name(name, slot),
            "servers": [
                {"name": server_name(endpoint), "where": address_and_port(endpoint.address, endpoint.port)}
                for endpoint in sorted(wanted.in_slot(slot))
            ],
        }
        for slot in Slot
    ]
    return template("backends.cfg.j2", word=_word).render(
        slots=slots,
        path=app.health.path,
        hostname=urlsplit(app.public).hostname,
        check_timeout=_milliseconds(app.health.timeout),
        options=server_options(app.health),
    )


def map_name(name: str, balancer: Balancer) -> str:
    """The map's name in HAProxy: its file in `files`, or the empty file if shippy cannot reach the balancer's disk."""
    return str(balancer.files / f"{name}.map") if balancer.files else NO_FILE


def server_options(health: Health) -> str:
    """A server's options. HAProxy makes a server's first check after `downinter`, so that this one is short."""
    every = _milliseconds(health.interval)
    soon = _milliseconds(min(health.interval, CHECK_NEW_EVERY))
    return f"check inter {every} fastinter {soon} downinter {soon} fall 3 rise 2"


def _frontends(name: str, app: App, balancer: Balancer) -> dict[str, Any]:
    public, vip = urlsplit(app.public), urlsplit(app.vip)
    return {
        "name": name,
        "public": _bind(public),
        "public_is_tls": public.scheme == "https",
        "vip": _bind(vip),
        "vip_is_tls": vip.scheme == "https",
        "certificates": [_certificate(url) for url in (public, vip) if url.scheme == "https"],
        "sticky": str(app.traffic.sticky),
        "key": balancer_key(app),
        "map": map_name(name, balancer),
        "bare": balancer.files is None,
        "backends": backends_config(name, app, Traffic(routing_of(UNROUTED))),
    }


def _bind(url: SplitResult) -> str:
    """Every address of the machine, since a URL may be that of another balancer; loopback stays loopback."""
    host = url.hostname or ""
    port = url.port or PORTS[url.scheme]
    where = address_and_port(host, port) if _is_loopback(host) else f":{port}"
    return f"{where} ssl crt {_certificate(url)} alpn h2,http/1.1" if url.scheme == "https" else where


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _certificate(url: SplitResult) -> str:
    return f"{CERTIFICATES}/{url.hostname}.pem"


def _milliseconds(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"


def _word(text: str) -> str:
    """A text as one word of HAProxy's language, whatever is in it."""
    return "'" + text.replace("'", r"'\''") + "'"
