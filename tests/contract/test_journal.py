"""What every journal promises: the same tests on the real one and on the tests' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import gevent
import pytest
from sqlalchemy import Engine, delete

from playground.machine.postgres import Postgres
from shippy.events import (
    Aborted,
    CommandReceived,
    Committed,
    DeployEvent,
    Drifted,
    Event,
    Failed,
    Part,
    Prepared,
    Settled,
    SwappedBack,
)
from shippy.journal import SqlJournal, open_journal
from shippy.journal.databases import engine_for, parsed
from shippy.journal.holding import Locked
from shippy.journal.lease import raised
from shippy.journal.tables import entries
from shippy.journal.transactions import transacted
from shippy.model import Person, Place
from shippy.ports import Journal
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.journal import FakeJournal
from tests.journal.databases import emptied
from tests.journal.events import EVERY_KIND, of_kind, started, swapped

GREENLETS = 20
APPENDS = 10


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def leased(postgres: Postgres) -> Iterator[tuple[Engine, int]]:
    """The way to a database with a journal's tables, and the token of its lease."""
    url = emptied(postgres)
    open_journal(url).close()
    engine = engine_for(parsed(url))
    yield engine, transacted(engine, raised)
    engine.dispose()


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def journal(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Journal]:
    if request.param == "fake":
        yield FakeJournal(clock)
    elif request.param == "sqlite":
        with closing(open_journal(f"sqlite:///{tmp_path}/journal.db", clock.now)) as real:
            yield real
    else:
        engine, token = request.getfixturevalue("leased")
        with engine.begin() as connection:
            connection.execute(delete(entries))
        yield SqlJournal(engine, Locked(token, None), clock.now)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_an_event_is_read_as_it_was_written(journal: Journal, kind: type[Event]) -> None:
    event = of_kind(kind)
    written = journal.append(event)
    assert written.event == event
    if isinstance(event, DeployEvent):
        assert journal.of_deploy(event.deploy) == [written]


def test_entries_are_numbered_in_order_and_carry_the_time(journal: Journal, clock: FakeClock) -> None:
    first = journal.append(started("d1"))
    clock.advance(1.5)
    second = journal.append(Prepared("d1", "web"))
    assert second.number > first.number
    assert first.at == NOON
    assert (second.at - first.at).total_seconds() == 1.5
    assert [entry.at for entry in journal.of_deploy("d1")] == [first.at, second.at]


def test_events_of_one_moment_are_recorded_together_and_in_their_order(journal: Journal, clock: FakeClock) -> None:
    events = [started("d1"), Prepared("d1", "web"), of_kind(CommandReceived)]
    written = journal.append_all(events)
    clock.advance(1)
    after = journal.append(Prepared("d1", "web"))
    assert [entry.event for entry in written] == events
    assert {entry.at for entry in written} == {NOON}
    assert [entry.number for entry in written] == [after.number - 3, after.number - 2, after.number - 1]
    assert journal.of_deploy("d1") == [*written[:2], after]


def test_a_deploy_has_only_its_own_events_oldest_first(journal: Journal) -> None:
    journal.append(started("d1"))
    journal.append(started("d2", app="api"))
    journal.append(Prepared("d1", "web"))
    journal.append(of_kind(CommandReceived))
    assert [entry.event for entry in journal.of_deploy("d1")] == [started("d1"), Prepared("d1", "web")]
    assert journal.of_deploy("d3") == []


def test_a_deploy_is_unfinished_until_it_has_ended(journal: Journal) -> None:
    for deploy in ("d1", "d2", "d3", "d4"):
        journal.append(started(deploy))
        journal.append(Prepared(deploy, "web"))
    assert journal.unfinished() == ["d1", "d2", "d3", "d4"]
    journal.append(Committed("d1", "web"))
    journal.append(Aborted("d3", "web"))
    assert journal.unfinished() == ["d2", "d4"]
    journal.append(Failed("d2", "web", reason="no host came up"))
    assert journal.unfinished() == ["d4"]


def test_recent_deploys_come_newest_first_and_can_be_of_one_app(journal: Journal) -> None:
    assert journal.recent(5) == []
    for deploy, app in (("d1", "web"), ("d2", "api"), ("d3", "web"), ("d4", "api")):
        journal.append(started(deploy, app))
    journal.append(Committed("d1", "web"))
    assert journal.recent(3) == ["d4", "d3", "d2"]
    assert journal.recent(1, app="web") == ["d3"]
    assert journal.recent(10, app="web") == ["d3", "d1"]
    assert journal.recent(10, app="nothing") == []


def test_the_last_entry_is_the_newest_whatever_it_is_about(journal: Journal) -> None:
    for event in (of_kind(CommandReceived), started("d1")):
        written = journal.append(event)
        assert journal.last() == written


def test_a_request_is_handled_once_it_has_been_received(journal: Journal) -> None:
    received = CommandReceived("C1/1.1", Person("U1", "dana"), Place("C1", "1.1"), "status")
    assert not journal.handled(received.request)
    journal.append(received)
    assert journal.handled(received.request)
    assert not journal.handled("C1/1.2")


def test_the_last_swap_is_that_of_the_app(journal: Journal) -> None:
    assert journal.last_swap("web") is None
    journal.append(swapped("d1"))
    last = journal.append(swapped("d2"))
    journal.append(swapped("d3", app="api"))
    journal.append(Committed("d2", "web"))
    assert journal.last_swap("web") == last
    again = journal.append(swapped("d4"))
    assert [journal.last_swap("web") for _ in range(2)] == [again, again]


def test_the_last_swaps_of_an_app_come_newest_first(journal: Journal) -> None:
    assert journal.swaps("web", 5) == []
    first = journal.append(swapped("d1"))
    journal.append(swapped("d2", app="api"))
    second = journal.append(swapped("d3"))
    back = journal.append(of_kind(SwappedBack))
    assert journal.swaps("web", 5) == [back, second, first]
    assert journal.swaps("web", 2) == [back, second]
    assert journal.last_swap("web") == back


def test_what_was_seen_of_an_app_is_its_own_oldest_first(journal: Journal) -> None:
    assert journal.of_app("web") == []
    drifted = journal.append(Drifted("web", Part.HOST, "web1", "connection refused"))
    journal.append(Drifted("api", Part.HOST, "api1", "connection refused"))
    journal.append(started("d1"))
    settled = journal.append(Settled("web", Part.HOST, "web1"))
    assert journal.of_app("web") == [drifted, settled]


def test_events_that_greenlets_append_together_are_all_there_once_and_in_order(journal: Journal) -> None:
    def append_some(deploy: str) -> list[int]:
        numbers = []
        for _ in range(APPENDS):
            numbers.append(journal.append(Prepared(deploy, "web")).number)
            gevent.sleep(0)
        return numbers

    greenlets = [gevent.spawn(append_some, f"d{index}") for index in range(GREENLETS)]
    gevent.joinall(greenlets, timeout=30, raise_error=True)
    numbers = [number for greenlet in greenlets for number in greenlet.get()]
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + GREENLETS * APPENDS))
    for index, greenlet in enumerate(greenlets):
        assert [entry.number for entry in journal.of_deploy(f"d{index}")] == greenlet.get()
        assert greenlet.get() == sorted(greenlet.get())


Reading = Callable[[Journal], object]
READINGS: tuple[Reading, ...] = (
    lambda journal: journal.of_deploy("d1"),
    lambda journal: journal.unfinished(),
    lambda journal: journal.recent(5),
    lambda journal: journal.last(),
    lambda journal: journal.last_swap("web"),
    lambda journal: journal.of_app("web"),
)


@pytest.mark.parametrize("read", READINGS)
def test_an_empty_journal_can_be_read(journal: Journal, read: Reading) -> None:
    assert not read(journal)
