"""The certificates by which engines and shippy know each other."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Protocol

from shippy.backend.engine.errors import EngineError


class TlsFiles(Protocol):
    """PEM files: the CA of the engine's certificate, and shippy's own certificate with its key."""

    @property
    def ca(self) -> Path: ...
    @property
    def cert(self) -> Path: ...
    @property
    def key(self) -> Path: ...


Files = tuple[Path, Path, Path]
Stamps = tuple[int, ...]


class Certificates:
    """One TLS context for all connections that have the same files: a context takes longer to make than a handshake.

    Files that were replaced are read again for the next connection.
    """

    def __init__(self) -> None:
        self._contexts: dict[Files, tuple[Stamps, ssl.SSLContext]] = {}

    def context(self, tls: TlsFiles) -> ssl.SSLContext:
        """Raises EngineError where the files cannot be used."""
        files = (tls.ca, tls.cert, tls.key)
        now = tuple(_stamp(file) for file in files)
        known = self._contexts.get(files)
        if known is None or known[0] != now:
            known = self._contexts[files] = now, _made(tls)
        return known[1]


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError as error:
        raise EngineError(f"{file} cannot be read ({str(error.strerror).lower()})") from error


def _made(tls: TlsFiles) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca)
        context.load_cert_chain(tls.cert, tls.key)
    except OSError as error:
        why = error.strerror or str(error)
        raise EngineError(f"its certificates in {tls.cert.parent} cannot be used ({why.lower()})") from error
    return context
