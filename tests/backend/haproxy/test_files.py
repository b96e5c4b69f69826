"""The files that a HAProxy starts with."""

from __future__ import annotations

import os
from pathlib import Path

import gevent
import pytest

from shippy.backend.haproxy.files import Files, install_files
from shippy.errors import Unavailable
from shippy.model import Endpoint, Routing, Share, Slot, Traffic
from tests.backend.haproxy_apps import web

ENDPOINT = Endpoint("web1", "10.0.0.11", 32768)
WANTED = Traffic(Routing(Slot.BLUE, Slot.GREEN, Share(2500)), {Slot.GREEN: frozenset({ENDPOINT})})


def files(folder: Path) -> Files:
    return Files("web", web(), folder, "lb1")


def test_servers_and_entry_are_written(tmp_path: Path) -> None:
    files(tmp_path).write(WANTED)
    assert (tmp_path / "web.map").read_text() == "web blue/green/2500\n"
    assert "server web1_10.0.0.11_32768 10.0.0.11:32768 " in (tmp_path / "web.cfg").read_text()


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    files(tmp_path).write(WANTED)
    assert {path.name for path in tmp_path.iterdir()} == {"web.cfg", "web.map"}


def test_a_file_is_replaced_as_a_whole_and_only_if_it_changes(tmp_path: Path) -> None:
    files(tmp_path).write(WANTED)
    before = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    files(tmp_path).write(WANTED)
    assert {path.name: path.stat().st_ino for path in tmp_path.iterdir()} == before
    files(tmp_path).write(Traffic(Routing(Slot.GREEN), WANTED.endpoints))
    assert (tmp_path / "web.map").stat().st_ino != before["web.map"]
    assert (tmp_path / "web.cfg").stat().st_ino == before["web.cfg"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as error:
        files(tmp_path / "gone").write(WANTED)
    assert error.value.what == "lb1"
    assert "web.cfg: no such file or directory" in error.value.why


def test_the_first_start_gets_files_without_servers(tmp_path: Path) -> None:
    folder = tmp_path / "shippy"
    assert install_files("web", web(folder)) == [folder / "web.cfg", folder / "web.map"]
    assert (folder / "web.map").read_text() == "web blue/none/0\n"
    assert "server " not in (folder / "web.cfg").read_text()


def test_files_that_are_there_are_kept(tmp_path: Path) -> None:
    files(tmp_path).write(WANTED)
    assert install_files("web", web(tmp_path)) == []
    assert (tmp_path / "web.map").read_text() == "web blue/green/2500\n"


def test_balancers_that_cannot_be_reached_by_disk_need_none() -> None:
    assert install_files("web", web(None)) == []


def test_a_write_that_was_killed_does_not_come_after_the_next(tmp_path: Path) -> None:
    written = files(tmp_path)
    for share in range(20):
        killed = gevent.spawn(written.write, WANTED)
        gevent.sleep(0)
        killed.kill()
        written.write(Traffic(Routing(Slot.BLUE, Slot.GREEN, Share(share)), WANTED.endpoints))
        assert (tmp_path / "web.map").read_text() == f"web blue/green/{share}\n"


def test_a_slow_disk_holds_up_nothing_else(tmp_path: Path) -> None:
    """A file that nobody reads from a pipe, where the new one is written beside, is as slow as a disk can be."""
    os.mkfifo(tmp_path / ".web.cfg.new")
    writing = gevent.spawn(files(tmp_path).write, WANTED)
    gevent.sleep(0.05)
    assert not writing.ready()
    with gevent.Timeout(2):
        gevent.get_hub().threadpool.apply((tmp_path / ".web.cfg.new").read_text)
        with pytest.raises(Unavailable, match=r"web\.cfg: "):
            writing.get()
