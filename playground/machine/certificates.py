"""Certificates for an engine that speaks TLS, and for whoever may talk to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class TlsFiles:
    """Paths of PEM files: the authority, and one side's certificate and key."""

    ca: Path
    cert: Path
    key: Path


def make_certificates(folder: Path, address: str) -> tuple[TlsFiles, TlsFiles]:
    """Make an authority, and by it a certificate for a server at an IP address and one for a client."""
    authority = trustme.CA()
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    server = _issue(authority, ca, folder, "server", address)
    client = _issue(authority, ca, folder, "client", "shippy.playground")
    return server, client


def _issue(authority: trustme.CA, ca: Path, folder: Path, name: str, identity: str) -> TlsFiles:
    issued = authority.issue_cert(identity)
    files = TlsFiles(ca=ca, cert=folder / f"{name}-cert.pem", key=folder / f"{name}-key.pem")
    issued.cert_chain_pems[0].write_to_path(str(files.cert))
    files.key.touch(mode=0o600)
    issued.private_key_pem.write_to_path(str(files.key))
    return files
