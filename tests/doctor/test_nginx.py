"""A nginx's part of the examination, against what answers in its place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gevent.pywsgi import WSGIServer

from shippy.backend.nginx.state import encoded
from shippy.config.balancers import Kind, NginxBalancer, Reload
from shippy.doctor.balancers import balancer
from shippy.model import Routing, Slot, Traffic
from tests.doctor.findings import missing, told

PRINT = "python ship.py balancer-config --app web --balancer lb1"
COMMAND = Reload(command=("true",))


@pytest.fixture
def state() -> Iterator[str]:
    """The address at which a nginx tells what it does."""

    def answer(_: dict[str, Any], begin: Callable[..., Any]) -> list[bytes]:
        begin("200 OK", [])
        return [encoded("web", Traffic(Routing(Slot.BLUE))).encode()]

    server = WSGIServer(("127.0.0.1", 0), answer, log=None)
    server.start()
    yield f"http://127.0.0.1:{server.address[1]}"
    server.stop(timeout=0)


def nginx(files: Path, state: str = "http://127.0.0.1:9", how: Reload = COMMAND) -> NginxBalancer:
    return NginxBalancer(kind=Kind.NGINX, name="lb1", files=files, state=state, reload=how)


def test_a_nginx_that_has_all_it_needs(tmp_path: Path, state: str) -> None:
    (tmp_path / "web.conf").touch()
    assert told(balancer("web", nginx(tmp_path, state))) == [
        f"✓ nginx answers with what it does for web at {state} or the port after it",
        f"✓ {tmp_path} has its file, and can be written to",
        "✓ true is there to have it reload; it was not run",
    ]


def test_nobody_at_its_address_is_told_with_the_command_that_prints_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "web.conf").touch()
    assert missing(balancer("web", nginx(tmp_path))) == [
        f"nothing answers at http://127.0.0.1:9, nor at port 10: install what `{PRINT}` prints"
    ]


def test_files_that_are_not_there_are_named(tmp_path: Path, state: str) -> None:
    folder = tmp_path / "files"
    (none,) = missing(balancer("web", nginx(folder, state)))
    assert none.startswith(f"there is no folder {folder}: run `{PRINT} --install`, ")
    folder.mkdir()
    (none,) = missing(balancer("web", nginx(folder, state)))
    assert none.startswith(f"{folder} has no web.conf: ")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (Reload(command=("/no/such/program",)), "there is no program /no/such/program"),
        (Reload(pid=Path("/no/such/file")), "/no/such/file: no such file or directory"),
    ],
)
def test_a_nginx_that_cannot_be_told_to_reload_is_told(tmp_path: Path, state: str, how: Reload, why: str) -> None:
    (tmp_path / "web.conf").touch()
    assert missing(balancer("web", nginx(tmp_path, state, how))) == [f"it cannot be told to reload: {why}"]


def test_a_process_that_is_no_nginx_is_told(tmp_path: Path, state: str) -> None:
    (tmp_path / "web.conf").touch()
    file = tmp_path / "nginx.pid"
    file.write_text(str(os.getpid()))
    (found,) = missing(balancer("web", nginx(tmp_path, state, Reload(pid=file))))
    assert found == f"it cannot be told to reload: the process {os.getpid()} in {file} is no nginx"
