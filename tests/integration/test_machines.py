"""The machines of a playground: side by side, and gone without a trace."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from playground.machine.images import HEALTHY, PORT, publish
from playground.machine.server import ROOT
from playground.machine.topology import Machines, start_machines
from playground.machine.world import clean
from tests.integration.traces import lasting_traces, traces


def run_a_container(machines: Machines) -> None:
    engine = machines.hosts[0].engine
    assert engine
    with closing(engine.client()) as client:
        reference = f"{machines.registry.address}/site:1"
        publish(client, reference, HEALTHY, "1")
        client.containers.run(reference, detach=True, ports={f"{PORT}/tcp": None})


def test_two_worlds_side_by_side_are_both_gone_when_stopped() -> None:
    begun = time.monotonic()
    one = start_machines()
    print(f"three hosts, a builder and a registry were there after {time.monotonic() - begun:.2f} s")  # noqa: T201 - a figure to look at
    with one, start_machines(hosts=["web1"], balancers=["lb1"]) as other:
        assert one.hosts[0].address != other.hosts[0].address
        run_a_container(one)
        run_a_container(other)
        one.balancers[0].start(one.balancers[0].runtime_sockets())
        assert {trace.split()[0] for trace in traces(one.world.folder)} >= {
            "folder",
            "process",
            "mounts",
            "interface",
            "cgroup",
        }
        begun = time.monotonic()
    print(f"both worlds were gone after {time.monotonic() - begun:.2f} s")  # noqa: T201 - a figure to look at
    assert lasting_traces(one.world.folder) == []
    assert lasting_traces(other.world.folder) == []


def test_nothing_outlives_an_owner_that_is_killed_but_files_and_they_are_swept(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    state = tmp_path_factory.mktemp("s")
    command = [sys.executable, "-m", "tests.integration.machine_owner", str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout, done.stderr
    folder = Path(done.stdout.strip())
    deadline = time.monotonic() + 10
    while any(trace.startswith(("process", "mounts", "interface")) for trace in traces(folder)):
        assert time.monotonic() < deadline, traces(folder)
        time.sleep(0.02)
    assert folder in clean(state)
    assert lasting_traces(folder) == []


def test_a_world_that_cannot_start_leaves_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("s")
    with pytest.raises(FileExistsError):
        start_machines(hosts=["web1", "web1"], state=state)
    assert lasting_traces(state) == []
