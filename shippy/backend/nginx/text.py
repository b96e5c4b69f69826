"""Words of nginx's language."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import gevent

from shippy.errors import Unavailable
from shippy.model import Share

RESOLVED_WITHIN = 5.0
PIECE = 500


def variable(app: str) -> str:
    """An app's name as part of a variable's: it has no underscore itself, so that no two become the same."""
    return f"shippy_{app.replace('-', '_')}"


def percent(share: Share) -> str:
    """A share as split_clients takes it: with at most two decimals, which is exactly how fine a share is."""
    return f"{share.basis_points // 100}.{share.basis_points % 100:02}%"


def pieces(text: str) -> list[str]:
    """A line of JSON as several words: one may have 4095 bytes at most (ngx_conf_file.c, NGX_CONF_BUFFER)."""
    return [quoted(text[at : at + PIECE]) for at in range(0, len(text), PIECE)]


def quoted(text: str) -> str:
    """A part of a line of JSON as one word. No "$" can be quoted in nginx's language; in JSON it can."""
    escaped = text.replace("\\", "\\\\").replace("$", "\\\\u0024").replace("'", "\\\\u0027")
    return f"'{escaped}'"


def word(text: str) -> str:
    """A text as one word, if it has no "$"."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def bind(host: str, port: int) -> str:
    """What to listen on: loopback stays loopback, and everything else is every address of the machine."""
    return f"{bracketed(host)}:{port}" if is_loopback(host) else f"{port}"


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def where(balancer: str, address: str) -> str:
    """A host's address in numbers. Raises Unavailable where the name server knows none, or does not answer in time."""
    try:
        with gevent.Timeout(RESOLVED_WITHIN, TimeoutError()):
            return bracketed(str(socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)[0][4][0]))
    except (OSError, UnicodeError) as error:
        raise Unavailable(balancer, f"{address} is not known to the name server") from error
