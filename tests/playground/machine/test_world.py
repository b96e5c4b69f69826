"""Worlds side by side, their ends, and the ends of those whose owner was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from playground.machine.leftovers import started, vanished
from playground.machine.server import ROOT
from playground.machine.world import World, clean


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def killed_world(state: Path) -> tuple[int, int, Path]:
    """The pids of a server and a program whose owner was killed, and the folder that it left."""
    command = [sys.executable, "-m", "tests.playground.machine.owner", str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    server, sleeper, folder = done.stdout.split()
    return int(server), int(sleeper), Path(folder)


def test_worlds_are_claimed_side_by_side(state: Path) -> None:
    with World.claim(state) as one, World.claim(state) as other:
        assert one.number != other.number
        assert one.folder != other.folder


def test_a_number_that_is_in_use_by_others_is_passed_over(state: Path) -> None:
    with World.claim(state, is_free=lambda number: number > 7) as world:
        assert world.number == 8


def test_closing_a_world_ends_its_processes_and_removes_its_folder(state: Path) -> None:
    world = World.claim(state)
    process = world.start("sleeper", ["sleep", "300"])
    world.close()
    assert not process.running
    assert not state.exists()
    world.close()


def test_what_a_program_has_left_alone_ends_with_its_world(state: Path) -> None:
    """As a nginx leaves its workers, if it is killed."""
    world = World.claim(state)
    parent = world.start("parent", ["sh", "-c", "sleep 300 & echo $! > child"])
    assert parent.popen.wait(timeout=10) == 0
    child = int((world.folder / "child").read_text())
    assert started(child)
    world.close()
    assert vanished(child)
    assert not state.exists()


def test_cleaning_never_touches_a_living_world(state: Path) -> None:
    with World.claim(state) as world:
        process = world.start("sleeper", ["sleep", "300"])
        assert clean(state) == []
        assert process.running
        assert world.folder.exists()


def test_nothing_outlives_an_owner_that_is_killed_but_its_folder(state: Path) -> None:
    server, sleeper, folder = killed_world(state)
    assert vanished(server)
    assert vanished(sleeper)
    assert folder.exists()
    assert clean(state) == [folder]
    assert not state.exists()


def test_the_next_world_sweeps_what_a_killed_one_left(state: Path) -> None:
    _, _, folder = killed_world(state)
    with World.claim(state) as world:
        assert world.folder == folder
        assert not (folder / "sleeper.log").exists()


def test_cleaning_ends_a_recorded_process_that_still_runs(state: Path, tmp_path: Path) -> None:
    with World.claim(tmp_path / "other") as living:
        process = living.start("sleeper", ["sleep", "300"])
        left = state / "3"
        left.mkdir(parents=True)
        (state / "3.lock").touch()
        (living.folder / "processes").rename(left / "processes")
        assert clean(state) == [left]
        process.popen.wait(10)


def test_cleaning_spares_a_process_that_got_the_pid_of_a_recorded_one(state: Path, tmp_path: Path) -> None:
    with World.claim(tmp_path / "other") as living:
        process = living.start("sleeper", ["sleep", "300"])
        left = state / "3"
        left.mkdir(parents=True)
        (state / "3.lock").touch()
        (left / "processes").write_text(f'{{"pid": {process.pid}, "started": "1", "name": "another"}}\n')
        assert clean(state) == [left]
        assert started(process.pid)
