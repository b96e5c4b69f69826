"""What a network between a daemon and its journal can do to it, and must not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import gevent
import pytest
from sqlalchemy import text

from playground.machine.postgres import Postgres
from shippy.errors import JournalFailed
from shippy.events import Prepared
from shippy.journal import SqlJournal, open_journal
from shippy.journal.databases import engine_for, parsed
from shippy.journal.looking import look, open_to_read
from shippy.journal.transactions import Doubtful, transacted
from tests.journal.databases import ask, emptied
from tests.journal.events import started
from tests.journal.line import Line
from tests.journal.test_store import longest_pause

INSERT = b"INSERT INTO entries"
COMMIT = b"COMMIT"


@pytest.fixture
def line(postgres: Postgres) -> Iterator[Line]:
    with Line(postgres.port) as opened:
        yield opened


@pytest.fixture
def journal(postgres: Postgres, line: Line) -> Iterator[SqlJournal]:
    """One whose every word goes over the line."""
    emptied(postgres)
    with closing(open_journal(postgres.url("postgres", line.port))) as opened:
        yield opened


def kinds(postgres: Postgres) -> list[str]:
    return [row.kind for row in ask(postgres, "SELECT kind FROM entries ORDER BY number")]


def test_while_the_database_takes_its_time_everything_else_goes_on(postgres: Postgres) -> None:
    engine = engine_for(parsed(postgres.url("postgres")))
    slowly = gevent.spawn(transacted, engine, lambda connection: connection.execute(text("SELECT pg_sleep(0.5)")).all())
    assert longest_pause(seconds=0.4) < 0.2
    assert not slowly.ready()
    slowly.get(timeout=5)
    engine.dispose()


def test_its_name_is_looked_up_and_its_port_connected_to_while_others_go_on(postgres: Postgres) -> None:
    """A line that takes the connection and says nothing: so does a host that drops what is sent to it."""
    with Line(postgres.port) as silent:
        silent.fall_silent()
        url = postgres.url("postgres", silent.port).replace("127.0.0.1", "localhost")
        engine = engine_for(parsed(url))
        connecting = gevent.spawn(transacted, engine, lambda connection: connection.execute(text("SELECT 1")), 0.6)
        assert longest_pause(seconds=0.4) < 0.2
        with pytest.raises(JournalFailed, match=r"no answer within 0\.6 s"):
            connecting.get(timeout=5)
        engine.dispose()


@pytest.mark.parametrize("words", [INSERT, COMMIT])
def test_an_entry_whose_answer_was_lost_is_there_once(
    postgres: Postgres, line: Line, journal: SqlJournal, words: bytes
) -> None:
    first = journal.append(started("d1"))
    line.lose_the_answer_to(words)
    second = journal.append(Prepared("d1", "web"))
    third = journal.append(Prepared("d1", "web"))
    assert line.lost == 1
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert kinds(postgres) == ["started", "prepared", "prepared"]
    assert journal.of_deploy("d1") == [first, second, third]


def test_entries_of_one_moment_whose_answer_was_lost_are_there_once(
    postgres: Postgres, line: Line, journal: SqlJournal
) -> None:
    line.lose_the_answer_to(COMMIT)
    written = journal.append_all([started("d1"), Prepared("d1", "web")])
    assert line.lost == 1
    assert journal.of_deploy("d1") == written
    assert kinds(postgres) == ["started", "prepared"]


def test_a_connection_that_the_server_has_ended_is_replaced(postgres: Postgres, journal: SqlJournal) -> None:
    first = journal.append(started("d1"))
    for _ in range(2):
        ask(postgres, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'shippy %'")
        assert journal.of_deploy("d1")[0] == first
    ask(postgres, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'shippy %'")
    assert journal.append(Prepared("d1", "web")).number == 2
    assert kinds(postgres) == ["started", "prepared"]


def test_whoever_is_killed_in_the_middle_of_an_append_has_its_entry_and_dies_where_it_waits_next(
    journal: SqlJournal, line: Line
) -> None:
    seen: list[str] = []

    def work() -> None:
        entry = journal.append(started("d1"))
        seen.append(entry.event.deploy)  # type: ignore[union-attr] # it is the one that was begun
        gevent.sleep(0)
        seen.append("went on")

    line.fall_silent()
    working = gevent.spawn(work)
    gevent.sleep(0.1)
    working.kill(block=False)
    gevent.sleep(0.1)
    assert not working.dead
    line.speak()
    working.join(timeout=5)
    assert seen == ["d1"]
    assert len(journal.of_deploy("d1")) == 1


def test_a_database_that_does_not_answer_is_told_in_time_and_without_its_password(postgres: Postgres) -> None:
    with Line(postgres.port) as silent:
        silent.fall_silent()
        began = time.monotonic()
        with pytest.raises(JournalFailed) as failed:
            look(postgres.url("postgres", silent.port))
        assert time.monotonic() - began < 8.0
    assert failed.value.why.endswith(("no answer within 5 s", "connection timeout expired"))
    with pytest.raises(JournalFailed) as wrong:
        open_journal(postgres.url("postgres").replace("not-a-secret", "hunter2"))
    assert 'password authentication failed for user "shippy"' in wrong.value.why
    assert "hunter2" not in wrong.value.why


def test_a_password_among_the_settings_of_a_url_is_not_told_either() -> None:
    with pytest.raises(JournalFailed) as failed:
        look("postgresql+psycopg://shippy@127.0.0.1:9/shippy?password=hunter2&sslpassword=hunter3&sslmode=disable")
    assert "hunter" not in failed.value.why
    assert "sslmode=disable" in failed.value.why


@pytest.mark.parametrize("url", ["mysql+pymysql://db/shippy", "postgresql+psycopg2://db/shippy"])
def test_a_driver_that_would_hold_everything_up_is_refused(url: str) -> None:
    with pytest.raises(JournalFailed):
        open_journal(url)


def test_a_look_tells_who_has_it_and_changes_nothing(postgres: Postgres, journal: SqlJournal) -> None:
    url = postgres.url("postgres")
    journal.append(started("d1"))
    state = look(url)
    assert state.where == url.replace("not-a-secret", "***")
    assert (state.file, state.version) == (None, 2)
    assert state.holder is not None
    assert state.holder.startswith("process ")
    journal.close()
    assert look(url).holder is None
    with closing(open_to_read(url)) as reading:
        assert reading.unfinished() == ["d1"]
        with pytest.raises(JournalFailed, match="opened to be read"):
            reading.append(Prepared("d1", "web"))


def test_an_empty_database_is_only_looked_at(postgres: Postgres) -> None:
    url = emptied(postgres)
    assert look(url).version == 0
    assert ask(postgres, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")[0][0] == 0


def test_a_journal_of_a_newer_shippy_is_refused_before_its_lease_is_taken(postgres: Postgres) -> None:
    url = emptied(postgres)
    open_journal(url).close()
    before = ask(postgres, "SELECT token FROM lease")
    ask(postgres, "INSERT INTO schema_steps VALUES (99, now())")
    with pytest.raises(JournalFailed, match="written by a newer shippy"):
        open_journal(url)
    assert ask(postgres, "SELECT token FROM lease") == before


def test_an_answer_that_never_comes_leaves_what_was_asked_in_doubt(postgres: Postgres) -> None:
    engine = engine_for(parsed(postgres.url("postgres")))
    with pytest.raises(Doubtful, match=r"no answer within 0\.2 s"):
        transacted(engine, lambda connection: connection.execute(text("SELECT pg_sleep(2)")), 0.2)
    assert transacted(engine, lambda connection: connection.scalar(text("SELECT 1"))) == 1
    engine.dispose()
