"""One TLS context for all hosts, for whoever takes one."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

from benchmarks.clients.work import Target


def shared(target: Target) -> ssl.SSLContext:
    return _made(*target.files)


@cache
def _made(ca: Path, cert: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    context.load_cert_chain(cert, key)
    return context
