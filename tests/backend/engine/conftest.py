"""Certificates for the way to an engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme


@dataclass(frozen=True)
class Files:
    ca: Path
    cert: Path
    key: Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = Files(tmp_path / "ca.pem", tmp_path / "cert.pem", tmp_path / "key.pem")
    authority = trustme.CA()
    client = authority.issue_cert("shippy@example.com")
    authority.cert_pem.write_to_path(files.ca)
    client.cert_chain_pems[0].write_to_path(files.cert)
    client.private_key_pem.write_to_path(files.key)
    return files
