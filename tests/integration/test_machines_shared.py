"""One engine that stands for all hosts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from playground.machine.server import ROOT
from playground.machine.topology import NoEngine, find_engine, start_machines


def test_one_engine_stands_for_all_hosts_and_gets_clean_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("s")
    command = ["unshare", "--net", "--", sys.executable, "-m", "tests.integration.shared_engine", str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert [name for name, _, _ in seen["hosts"]] == ["web1", "web2", "web3"]
    assert len({engine for _, engine, _ in seen["hosts"]}) == 1
    assert {address for _, _, address in seen["hosts"]} == {"127.0.0.1"}
    assert seen["served"]
    assert seen["balancers"] == 2
    assert seen["left"] == 0
    assert list(state.iterdir()) == []


def test_where_no_engine_answers_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    with pytest.raises(NoEngine, match=r"install docker\.io"):
        find_engine()
    with pytest.raises(NoEngine):
        start_machines(own_hosts=False, state=tmp_path / "state")
    assert not (tmp_path / "state").exists()
