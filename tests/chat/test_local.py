"""The local socket takes commands from this machine, Slack or no Slack, and no client can hurt it."""

from __future__ import annotations

import getpass
import json
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import pytest

from shippy.answers import Told
from shippy.chat.conversation import LONGEST_COMMAND_BYTES
from shippy.chat.incoming.intake import Intake
from shippy.chat.local import LocalSocket
from shippy.chat.tell import tell
from shippy.errors import NothingRunning, Unavailable
from shippy.model import Person, Place
from shippy.ports import Request
from tests.chat.examples import ANSWER, deploy_in, entry, narrate, render


@contextmanager
def listening(path: Path, intake: Intake | None = None) -> Iterator[tuple[LocalSocket, Intake]]:
    intake = intake or Intake()
    local = LocalSocket("shippy", path, intake=intake, render=render, narrate=narrate)
    local.start()
    try:
        yield local, intake
    finally:
        local.stop(0.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "control.sock"


def told(path: Path, text: str) -> gevent.Greenlet[..., tuple[bool, list[str]]]:
    def run() -> tuple[bool, list[str]]:
        said: list[str] = []
        return tell(path, text, said.append), said

    return gevent.spawn(run)


def next_request(intake: Intake) -> Request:
    with gevent.Timeout(5):
        return next(intake.requests())


def test_a_command_is_answered_and_ends_with_whether_it_did_what_it_should(path: Path) -> None:
    with listening(path) as (_, intake):
        client = told(path, "shippy status")
        request = next_request(intake)
        assert request.text == "status"
        user = getpass.getuser()
        assert request.person == Person(f"local:{user}", user, local=True)
        assert request.place == Place()
        request.answer(ANSWER)
        request.close()
        assert client.get(timeout=5) == (True, ["answered Told"])


def test_a_command_that_is_refused_is_not_ok(path: Path) -> None:
    with listening(path) as (_, intake):
        client = told(path, "rollout 25")
        request = next_request(intake)
        request.answer(NothingRunning("rollout"))
        request.close()
        assert client.get(timeout=5) == (False, ["answered NothingRunning"])


def test_a_client_hears_what_happens_to_deploys_while_its_command_runs_and_each_thing_once(path: Path) -> None:
    deploy = deploy_in(Place("C1", "1.1"))
    with listening(path) as (local, intake):
        local.heard(entry(1), deploy)
        client = told(path, "ship feature-x")
        request = next_request(intake)
        for number in (2, 0, 3):
            local.heard(entry(number), deploy)
        request.answer(Told(entry(3), deploy))
        request.answer(Told(entry(4), deploy))
        request.close()
        expected = ["feature-x: Committed 2", "feature-x: Committed 3", "answered Told"]
        assert client.get(timeout=5) == (True, expected)


def test_a_script_is_told_that_a_deploy_has_not_become_what_it_asked_for(path: Path) -> None:
    with listening(path) as (_, intake):
        client = told(path, "ship feature-x")
        request = next_request(intake)
        request.answer(Told(entry(3), deploy_in(Place("C1", "1.1")), reached=False))
        request.close()
        assert client.get(timeout=5) == (False, ["answered Told"])


def test_only_the_daemons_own_user_can_open_it(path: Path) -> None:
    with listening(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


def test_a_second_daemon_refuses_to_start_and_the_first_goes_on(path: Path) -> None:
    with listening(path) as (_, intake):
        with pytest.raises(Unavailable, match="another daemon has it"):
            LocalSocket("shippy", path, intake=Intake(), render=render, narrate=narrate).start()
        client = told(path, "status")
        next_request(intake).close()
        assert client.get(timeout=5) == (True, [])


def test_a_stale_socket_is_replaced_and_one_that_somebody_answers_on_is_not(path: Path) -> None:
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
        left_behind.listen()
        with pytest.raises(Unavailable, match="somebody else answers"):
            LocalSocket("shippy", path, intake=Intake(), render=render, narrate=narrate).start()
    with listening(path) as (_, intake):
        client = told(path, "status")
        next_request(intake).close()
        assert client.get(timeout=5)[0]


def test_a_file_in_the_way_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("precious")
    with pytest.raises(Unavailable):
        LocalSocket("shippy", path, intake=Intake(), render=render, narrate=narrate).start()
    assert path.read_text() == "precious"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"nonsense\n",
        b'{"text": 3}\n',
        b"[]\n",
        b"\xff\n",
        b"[" * 60_000 + b"\n",
        b"x" * (LONGEST_COMMAND_BYTES + 1),
    ],
    ids=["nothing", "no JSON", "no text", "no object", "no UTF-8", "deep", "endless"],
)
def test_a_client_that_talks_nonsense_is_left_and_hurts_nobody(path: Path, sent: bytes) -> None:
    with listening(path) as (_, intake):
        with socket.socket(socket.AF_UNIX) as broken:
            broken.settimeout(5)
            broken.connect(str(path))
            broken.sendall(sent)
            broken.shutdown(socket.SHUT_WR)
            assert broken.recv(4096) == b""
        client = told(path, "status")
        next_request(intake).close()
        assert client.get(timeout=5)[0]


def test_a_client_that_leaves_or_never_reads_does_not_hold_up_its_command(path: Path) -> None:
    deploy = deploy_in(Place("C1"))
    with listening(path) as (local, intake):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(json.dumps({"text": "ship x"}).encode() + b"\n")
            request = next_request(intake)
            for number in range(20_000):
                local.heard(entry(number), deploy)
        request.answer(ANSWER)
        request.close()


def test_many_clients_at_once_each_get_their_own_answer(path: Path) -> None:
    with listening(path) as (_, intake):
        clients = [told(path, f"logs host{number}") for number in range(100)]
        for _ in clients:
            request = next_request(intake)
            request.answer(ANSWER)
            request.close()
        assert [client.get(timeout=5) for client in clients] == [(True, ["answered Told"])] * 100


def test_a_command_after_the_stop_of_the_intake_is_told_so(path: Path) -> None:
    intake = Intake()
    intake.stop()
    with listening(path, intake):
        assert told(path, "status").get(timeout=5) == (False, ["answered ShuttingDown"])


def test_tell_says_that_no_daemon_is_there(path: Path) -> None:
    with pytest.raises(Unavailable, match="nobody listens"):
        tell(path, "status", print)


def test_tell_says_that_the_daemon_went_away_in_the_middle(path: Path) -> None:
    with listening(path) as (_, intake):
        client = told(path, "status")
        next_request(intake)
    with pytest.raises(Unavailable, match="went away"):
        client.get(timeout=5)


def test_tell_does_not_wait_for_a_daemon_that_is_stuck(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stuck:
        stuck.bind(str(tmp_path / "stuck.sock"))
        stuck.listen()
        with pytest.raises(Unavailable, match="went away"):
            tell(tmp_path / "stuck.sock", "status", print, silence=0.2)
