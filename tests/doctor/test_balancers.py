"""A balancer's part of the examination, against a Runtime API by script."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from gevent.server import StreamServer

from shippy.config.balancers import Balancer
from shippy.doctor.balancers import agreement, balancer
from tests.doctor.configs import app_with
from tests.doctor.findings import missing, told, warnings

STATS = "# pxname,svname,scur,status,check_status,check_desc,last_chk,addr,\n"
NO_PROXY = "Can't find proxy.\n"
INSTALLED = {
    "show info": "Name: HAProxy\nVersion: 2.6.12-1+deb12u1\nPid: 1\n",
    "show cli level": "admin\n",
    "show stat web_public 1 -1": f"{STATS}web_public,FRONTEND,0,,,,,,\n",
    "show stat web_vip 1 -1": f"{STATS}web_vip,FRONTEND,0,,,,,,\n",
    "show stat web_blue 2 -1": f"{STATS}web_blue,BACKEND,0,,,,,,\n",
    "show stat web_green 2 -1": f"{STATS}web_green,BACKEND,0,,,,,,\n",
    "show stat web_blue 6 -1": f"{STATS}web_blue,BACKEND,0,,,,,,\n",
    "show stat web_green 6 -1": f"{STATS}web_green,BACKEND,0,,,,,,\n",
    "show map": "# id (file) description\n1 (/dev/null) pattern loaded from file '/dev/null'\n",
    "show map /dev/null": "",
}

Serve = Callable[..., Balancer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a Runtime API that has all, but what is given, and return its section of the config."""
    servers: list[StreamServer] = []

    def start(name: str = "lb1", files: Path | None = None, **changed: str) -> Balancer:
        answers = INSTALLED | {key.replace("_", " "): value for key, value in changed.items()}

        def answer(link: socket.socket, _: object) -> None:
            with suppress(OSError):
                for command in link.recv(1000).decode().strip().split(";"):
                    link.sendall(f"{answers.get(command, NO_PROXY)}\n".encode())

        server = StreamServer(("127.0.0.1", 0), answer)
        server.start()
        servers.append(server)
        return Balancer(name=name, runtime=f"tcp://127.0.0.1:{server.address[1]}", files=files)

    yield start
    for server in servers:
        server.stop(timeout=0)


def test_a_balancer_that_has_all_it_needs(serve: Serve) -> None:
    installed = serve()
    assert told(balancer("web", installed)) == [
        f"✓ HAProxy 2.6.12-1+deb12u1 answers at {installed.runtime}",
        "✓ the configuration for web is installed",
    ]


def test_nobody_at_the_address_is_told_once() -> None:
    assert told(balancer("web", Balancer(name="lb1", runtime="tcp://127.0.0.1:9"))) == [
        "✗ its Runtime API at tcp://127.0.0.1:9 gives no answer: connection refused"
    ]


def test_something_else_at_the_address_is_named(serve: Serve) -> None:
    (found,) = missing(balancer("web", serve(show_info="220 mail.example.com ESMTP\n")))
    assert found.endswith("gives no answer: what answers is no HAProxy")


@pytest.mark.parametrize(("version", "enough"), [("2.4.18", False), ("2.6.0", True), ("2.10.1", True), ("3.0.5", True)])
def test_an_old_haproxy_is_named(serve: Serve, version: str, enough: bool) -> None:
    found = missing(balancer("web", serve(show_info=f"Name: HAProxy\nVersion: {version}\n")))
    assert bool(found) is not enough


def test_a_runtime_api_without_the_right_level_is_named(serve: Serve) -> None:
    (found,) = missing(balancer("web", serve(show_cli_level="operator\n")))
    assert found == "its Runtime API has the level operator: add `level admin` to its `stats socket`"


def test_what_lacks_of_the_configuration_is_named_with_the_command_that_prints_it(serve: Serve) -> None:
    lacking = serve(show_map="# id (file) description\n")
    (found,) = missing(balancer("api", lacking))
    assert found == (
        "it lacks the frontend api_public, the frontend api_vip, the backend api_blue, the backend api_green, "
        "the map /dev/null: install what `python ship.py balancer-config --app api --balancer lb1` prints"
    )


def test_files_that_are_not_there_are_named(serve: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    with_files = serve(files=folder, show_map=f"1 ({folder}/web.map) pattern loaded\n")
    assert missing(balancer("web", with_files))[0].startswith(f"there is no folder {folder}: ")
    folder.mkdir()
    (folder / "web.map").touch()
    assert missing(balancer("web", with_files))[0].startswith(f"{folder} has no web.cfg: ")
    (folder / "web.cfg").touch()
    assert told(balancer("web", with_files))[-1] == f"✓ {folder} has its files, and can be written to"


def agreeing(serve: Serve, *entries: str) -> list[str]:
    served = [serve(f"lb{number}", **{"show_map_/dev/null": entry}) for number, entry in enumerate(entries, start=1)]
    app = app_with(balancers=[{"name": each.name, "runtime": each.runtime} for each in served])
    return told(agreement("web", app))


def test_balancers_that_do_the_same(serve: Serve) -> None:
    assert agreeing(serve, "0x1 web blue/green/2500\n", "0x2 web blue/green/2500\n") == [
        "✓ lb1, lb2 do the same: blue serves the public, green has 25 %"
    ]


def test_balancers_that_do_not_are_warned_of(serve: Serve) -> None:
    (found,) = agreeing(serve, "0x1 web blue/green/2500\n", "0x2 web blue/none/0\n")
    assert found.startswith("! lb2 does not send visitors where lb1 does: ")


def test_one_balancer_has_nobody_to_agree_with(serve: Serve) -> None:
    app = app_with(
        balancers=[
            {"name": "lb1", "runtime": serve().runtime},
            {"name": "lb2", "runtime": "tcp://127.0.0.1:9"},
        ]
    )
    assert told(agreement("web", app)) == []
    assert warnings(agreement("web", app)) == []
