"""The daemon is told to stop while something that it waits for does not answer: it ends in time, and well."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from gevent.event import Event as Flag
from gevent.server import StreamServer

from shippy.deploys import state
from shippy.events import Aborting, Committing, Connecting, Event, Merging, Prepared, Preparing, Resolved, Started
from shippy.events import ShareChanged as Changed
from shippy.journal import open_journal
from shippy.model import ALL, NONE, Endpoint, Live, Person, Phase, Revision, Slot
from shippy.model import Place as Spot
from tests.test_ship import NOBODY, START_SECONDS, Place, daemon, place

DANA = Person("U1", "dana")
KEY = ("d1", "web")
MOST_SECONDS = 10.0
REVISION = Revision("feature-x", "b" * 40, branch="feature-x")

PREPARING: list[Event] = [
    Started(*KEY, lock="production", ref="feature-x", owner=DANA, place=Spot()),
    Resolved(*KEY, revision=REVISION, live=Live(Slot.BLUE), diff_url=None),
    Preparing(*KEY, slot=Slot.GREEN, hosts=("web1",), stable=()),
]
ABORTING: list[Event] = [*PREPARING, Aborting(*KEY, by=DANA, reason="")]
MERGING: list[Event] = [
    *PREPARING,
    Connecting(*KEY, endpoints=(Endpoint("web1", "127.0.0.1", 9),)),
    Prepared(*KEY),
    Changed(*KEY, by=DANA, before=NONE, after=ALL),
    Committing(*KEY, by=DANA),
    Merging(*KEY, head="b" * 40),
]


class Silent:
    """Takes connections, and never answers on one. `asked` is set when something was asked of it."""

    def __init__(self) -> None:
        self.asked = Flag()
        self._over = Flag()
        self._server = StreamServer(("127.0.0.1", 0), self._hold)
        self._server.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._over.set()
        self._server.stop(timeout=1)

    def _hold(self, client: socket.socket, _address: object) -> None:
        with client:
            if client.recv(1):
                self.asked.set()
            self._over.wait()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.stop()


@contextmanager
def stopped_in_the_middle(at: Place, silent: Silent) -> Iterator[None]:
    """A daemon that is told to stop while it waits for what is silent."""
    with daemon(at) as process:
        assert silent.asked.wait(START_SECONDS)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(MOST_SECONDS) == 0
        assert time.monotonic() - began < MOST_SECONDS
        assert process.stderr is not None
        said = process.stderr.read()
    assert "Traceback" not in said, said
    yield


def journal_of(at: Place, events: list[Event] | None = None) -> Phase:
    """The phase that the journal has the deploy in; events are put into it before."""
    with closing(open_journal(f"sqlite:///{at.folder}/journal.db")) as journal:
        for event in events or []:
            journal.append(event)
        return state.folded(journal.of_deploy(KEY[0])).phase


def test_while_github_does_not_answer_about_a_merge(tmp_path: Path, silent: Silent) -> None:
    at = place(tmp_path)
    at.config.write_text(at.config.read_text().replace(f"http://{NOBODY}/", f"http://{silent.address}/"))
    journal_of(at, MERGING)
    with stopped_in_the_middle(at, silent):
        assert journal_of(at) is Phase.COMMITTING, "the next daemon asks for the merge again"


@pytest.mark.parametrize("events", [PREPARING, ABORTING], ids=["preparing", "aborting"])
def test_while_a_host_is_frozen_and_a_deploy_is_taken_back(tmp_path: Path, silent: Silent, events: list[Event]) -> None:
    at = place(tmp_path)
    at.config.write_text(
        at.config.read_text().replace(f'"tcp://{NOBODY}", address', f'"tcp://{silent.address}", address')
    )
    journal_of(at, events)
    with stopped_in_the_middle(at, silent):
        assert journal_of(at) is Phase.ABORTING, "the next daemon goes on with it"
