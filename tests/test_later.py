"""What most daemons never need is not in their memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECONDS = 60.0
# A module that waits to be loaded is there under its name; those that it would import are not.
LOADED = "import json, sys; import ship; print(json.dumps(sorted(sys.modules)))"


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    return frozenset(json.loads(_printed(LOADED)))


@pytest.mark.parametrize(
    "module",
    [
        "cryptography.x509",
        "jwt.api_jwt",
        "docker",
        "paramiko",
        "jinja2.environment",
        "prometheus_client",
        "shippy.backend.swarm.manager",
        "shippy.doctor.report",
    ],
)
def test_a_daemon_has_not_loaded_what_few_need(loaded: frozenset[str], module: str) -> None:
    assert "sqlalchemy" in loaded
    assert module not in loaded


def test_it_is_there_once_it_is_used() -> None:
    assert _printed("import ship; from github import Auth; print(Auth.jwt.encode.__name__)").strip() == "encode"
    assert "shippy.doctor" in _printed("import ship, shippy; print(shippy.doctor.slack_manifest.__module__)")


def _printed(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=SECONDS, check=True)
    return done.stdout.decode()
