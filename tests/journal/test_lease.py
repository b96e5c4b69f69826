"""One daemon at a time writes to a journal on PostgreSQL, whatever becomes of the others."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import gevent
import pytest
from sqlalchemy import NullPool, create_engine, text

from playground.machine.postgres import Postgres
from shippy.errors import JournalFailed, LeaseLost
from shippy.events import Prepared
from shippy.journal import SqlJournal, open_journal
from shippy.journal.claim import Claim
from shippy.journal.databases import parsed
from shippy.journal.holding import Leased
from shippy.journal.lease import Holder
from tests.journal.databases import ask, emptied
from tests.journal.events import started
from tests.journal.line import Line

LEASE = 1.2
"""Seconds; short, so that a test does not wait for long."""


@dataclass
class Watch:
    """A Guard that only writes down what it is told."""

    told: list[str] = field(default_factory=list)
    rested: bool = False
    held_until: float = 0.0

    def hold(self, seconds: float) -> None:
        self.held_until = time.monotonic() + seconds

    def rest(self) -> None:
        self.rested = True

    def end(self, why: str) -> None:
        self.told.append(why)


@pytest.fixture
def url(postgres: Postgres) -> str:
    return emptied(postgres)


def claim(url: str, process: int, watch: Watch | None = None) -> Claim:
    holder = Holder("db1", process, f"/run/{process}.sock")
    return Claim(parsed(url), holder, guard=watch or Watch(), now=lambda: datetime.now(UTC), seconds=LEASE)


def got(claimed: Claim, within: float = 5.0) -> SqlJournal:
    """Wait until the claim is given."""
    deadline = time.monotonic() + within
    while not isinstance(found := claimed.attempt(), SqlJournal):
        assert time.monotonic() < deadline
        gevent.sleep(0.05)
    return found


@contextmanager
def held_up(journal: SqlJournal) -> Iterator[None]:
    """It does not renew its lease, as if its process were frozen."""
    leased = journal._holding  # nothing else can freeze one of two in a process
    assert isinstance(leased, Leased)
    leased._renewing.kill()
    yield


def test_the_second_one_is_told_of_the_first_and_gets_it_at_once_when_that_one_lets_go(url: str) -> None:
    watch = Watch()
    first, other = got(claim(url, 1, watch)), claim(url, 2)
    assert other.attempt() == Holder("db1", 1, "/run/1.sock")
    first.close()
    assert watch.rested
    second = other.attempt()
    assert isinstance(second, SqlJournal)
    second.close()


def test_open_journal_is_refused_while_another_one_has_it_and_shows_no_password(url: str) -> None:
    with closing(got(claim(url, 1))), pytest.raises(JournalFailed) as refused:
        open_journal(url)
    assert refused.value.why.endswith("is used by another shippy (process 1 on db1)")
    assert "not-a-secret" not in refused.value.why


def test_a_lease_that_is_renewed_is_held_for_longer_than_it_lasts(url: str) -> None:
    watch = Watch()
    with closing(got(claim(url, 1, watch))) as journal:
        other = claim(url, 2)
        for _ in range(4):
            gevent.sleep(LEASE / 3)
            assert isinstance(other.attempt(), Holder)
        journal.append(started("d1"))
        assert watch.held_until > time.monotonic()
        assert not watch.told
        other.close()


def test_who_does_not_renew_it_loses_it_in_time_and_writes_nothing_more(postgres: Postgres, url: str) -> None:
    watch = Watch()
    first = got(claim(url, 1, watch))
    first.append(started("d1"))
    with held_up(first):
        other, began = claim(url, 2), time.monotonic()
        second = got(other)
        assert LEASE * 0.5 < time.monotonic() - began < LEASE + 1.0
        assert watch.held_until < time.monotonic()
        with pytest.raises(LeaseLost):
            first.check()
        with pytest.raises(LeaseLost):
            first.append(Prepared("d1", "web"))
        assert watch.told
        second.check()
        second.append(Prepared("d1", "web"))
    rows = ask(postgres, "SELECT token, kind FROM entries ORDER BY number")
    assert [tuple(row) for row in rows] == [(1, "started"), (2, "prepared")]
    first.close()
    second.close()


def test_an_entry_under_an_old_token_is_not_written_even_by_who_holds_it_to_be_his(
    postgres: Postgres, url: str
) -> None:
    """The database itself refuses it: here the clock of the old one stands still."""
    watch = Watch()
    slow = Claim(
        parsed(url), Holder("db1", 1), guard=watch, now=lambda: datetime.now(UTC), seconds=LEASE, clock=lambda: 0.0
    )
    first = got(slow)
    with held_up(first), closing(got(claim(url, 2))) as second:
        with pytest.raises(LeaseLost, match="another daemon has taken it"):
            first.append(started("d1"))
        assert watch.told == ["another daemon has taken it"]
        assert ask(postgres, "SELECT count(*) FROM entries")[0][0] == 0
        second.append(started("d2"))
    first.close()


def test_a_holder_that_hangs_in_the_middle_of_a_transaction_does_not_keep_the_lease(
    postgres: Postgres, url: str
) -> None:
    first = got(claim(url, 1))
    with held_up(first):
        name = ask(postgres, "SELECT session FROM lease")[0][0]
        hanging = create_engine(url, poolclass=NullPool, connect_args={"application_name": name})
        with hanging.connect() as connection:
            connection.execute(text("SELECT token FROM lease FOR KEY SHARE"))
            with closing(got(claim(url, 2))) as second:
                second.append(started("d1"))
            connection.invalidate()
    first.close()


def test_a_database_whose_clock_jumps_ahead_does_not_give_a_living_holders_lease_away(
    postgres: Postgres, url: str
) -> None:
    """Whoever has seen it alive waits for as long by its own clock."""
    with closing(got(claim(url, 1))) as first:
        other = claim(url, 2)
        assert isinstance(other.attempt(), Holder)
        with held_up(first):
            ask(postgres, "UPDATE lease SET until = until - interval '1 hour'")
            assert isinstance(other.attempt(), Holder)
        other.close()


def test_a_silent_database_ends_the_holder_when_its_lease_is_over(postgres: Postgres) -> None:
    watch = Watch()
    emptied(postgres)
    with Line(postgres.port) as line:
        journal = got(claim(postgres.url("postgres", line.port), 1, watch))
        line.fall_silent()
        began = time.monotonic()
        with pytest.raises(LeaseLost):
            journal.append(started("d1"))
        assert time.monotonic() - began < LEASE + 1.0
        assert watch.told
        line.speak()
        journal.close()


def test_a_renewal_that_hangs_is_made_again_over_another_connection_before_the_lease_is_over(
    postgres: Postgres,
) -> None:
    watch = Watch()
    emptied(postgres)
    with Line(postgres.port) as line, closing(got(claim(postgres.url("postgres", line.port), 1, watch))) as journal:
        gevent.sleep(LEASE / 2)  # it was renewed since
        line.abandon()
        gevent.sleep(LEASE)
        assert watch.told == []
        journal.append(started("d1"))


def test_who_hears_nothing_of_its_renewal_has_stopped_before_anybody_else_begins(postgres: Postgres, url: str) -> None:
    watch = Watch()
    with Line(postgres.port) as line:
        hanging = got(claim(postgres.url("postgres", line.port), 1, watch))
        line.fall_silent()
        with closing(got(claim(url, 2))):
            assert watch.held_until < time.monotonic()
        line.speak()
        hanging.close()


def test_the_lease_of_one_that_is_told_to_be_over_is_not_let_go_a_second_time(postgres: Postgres, url: str) -> None:
    first = got(claim(url, 1))
    with held_up(first), closing(got(claim(url, 2))):
        first.close()
        assert ask(postgres, "SELECT until FROM lease")[0][0] is not None


def test_two_that_begin_on_an_empty_database_at_once_do_not_get_in_each_others_way(url: str) -> None:
    claims = [claim(url, number) for number in range(3)]
    found = [greenlet.get(timeout=10) for greenlet in [gevent.spawn(each.attempt) for each in claims]]
    journals = [one for one in found if isinstance(one, SqlJournal)]
    assert len(journals) == 1
    journals[0].close()
    for each in claims:
        each.close()
