"""Where visitors may go: to this machine and to the playground's own networks, and nowhere else."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from yarl import URL

ALLOWED: tuple[IPv4Network | IPv6Network, ...] = (
    ip_network("127.0.0.0/8"),
    ip_network("::1/128"),
    ip_network("198.18.0.0/15"),  # RFC 2544: set aside for testing, never routed on the Internet
)


class NotOurs(ValueError):
    """An address that is neither this machine's own nor one of the playground's."""


def target(url: str) -> URL:
    """The URL of a balancer, its host an address.

    Raises:
        NotOurs: visitors may not go there.
    """
    parsed = URL(url)
    host = "127.0.0.1" if parsed.host == "localhost" else parsed.host or ""
    try:
        allowed = parsed.scheme == "http" and any(ip_address(host) in network for network in ALLOWED)
    except ValueError:
        allowed = False
    if not allowed:
        raise NotOurs(f"visitors go to http://127.0.0.1 or http://198.18.x.x only, not to {url}")
    return parsed.with_host(host)
