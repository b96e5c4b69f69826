"""Certificates for engines behind TLS, made anew each time."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme

from benchmarks.engines.settings import address


def leave(folder: Path, hosts: int) -> ssl.SSLContext:
    """Leave ca.pem, cert.pem and key.pem for clients in a folder, and return what the engines show."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    client = authority.issue_cert("shippy@example.com")
    client.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    client.private_key_pem.write_to_path(folder / "key.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    authority.issue_cert(*(address(number) for number in range(hosts))).configure_cert(context)
    return context
