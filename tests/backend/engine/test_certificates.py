"""One TLS context for as long as its files are the same."""

from __future__ import annotations

import os

import pytest

from shippy.backend.engine.certificates import Certificates
from shippy.backend.engine.errors import EngineError
from tests.backend.engine.conftest import Files


def test_hosts_with_the_same_files_share_a_context(files: Files) -> None:
    certificates = Certificates()
    assert certificates.context(files) is certificates.context(Files(files.ca, files.cert, files.key))


def test_files_that_were_replaced_are_read_again(files: Files) -> None:
    certificates = Certificates()
    before = certificates.context(files)
    os.utime(files.cert, (1, 1))
    assert certificates.context(files) is not before


def test_files_that_cannot_be_used_are_named(files: Files) -> None:
    files.key.write_text("no key")
    with pytest.raises(EngineError, match=f"its certificates in {files.key.parent} cannot be used"):
        Certificates().context(files)
    files.key.unlink()
    with pytest.raises(EngineError, match=f"{files.key} cannot be read .no such file or directory"):
        Certificates().context(files)
