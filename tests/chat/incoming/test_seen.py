"""What was taken once is known again: at once, and after a restart."""

from __future__ import annotations

from math import inf

import pytest

from shippy.chat.incoming.seen import Seen
from shippy.errors import JournalFailed
from shippy.events import CommandReceived
from shippy.model import Person, Place
from tests.fakes.journal import FakeJournal


class BrokenJournal(FakeJournal):
    def handled(self, request: str) -> bool:
        raise JournalFailed(f"the disk is gone, and {request} with it")


def test_what_was_taken_is_seen() -> None:
    seen = Seen(FakeJournal())
    assert not seen.holds("C1/1.1")
    seen.add("C1/1.1")
    assert seen.holds("C1/1.1")
    assert not seen.holds("C1/1.2")


def test_what_an_earlier_daemon_has_received_is_seen() -> None:
    journal = FakeJournal()
    journal.append(CommandReceived("C1/1.1", Person("U1", "dana"), Place("C1", "1.1"), "status"))
    assert Seen(journal).holds("C1/1.1")


def test_memory_has_an_end_and_the_oldest_goes_first() -> None:
    seen = Seen(FakeJournal(), capacity=2)
    for key in ("a", "b", "c"):
        seen.add(key)
    assert [seen.holds(key) for key in ("a", "b", "c")] == [False, True, True]


def test_a_journal_that_cannot_be_read_does_not_keep_a_command_out() -> None:
    seen = Seen(BrokenJournal())
    assert not seen.holds("C1/1.1")
    seen.add("C1/1.1")
    assert seen.holds("C1/1.1")


class CountingJournal(FakeJournal):
    """Counts how often it is asked."""

    asked = 0

    def handled(self, request: str) -> bool:
        self.asked += 1
        return super().handled(request)


def test_the_journal_is_not_asked_about_what_was_surely_done_since_the_daemon_began() -> None:
    journal = CountingJournal()
    seen = Seen(journal, since=1_000.0)
    assert not seen.holds("C1/2000.1", 2_000.1)
    assert journal.asked == 0


@pytest.mark.parametrize("done_at", [999.0, 1_005.0, -inf], ids=["before", "about then", "not known"])
def test_the_journal_is_asked_about_what_may_have_been_done_before(done_at: float) -> None:
    journal = CountingJournal()
    journal.append(CommandReceived("C1/1.1", Person("U1", "dana"), Place("C1", "1.1"), "status"))
    assert Seen(journal, since=1_000.0).holds("C1/1.1", done_at)


def test_what_memory_has_forgotten_is_asked_of_the_journal_however_late_it_was_done() -> None:
    journal = CountingJournal()
    journal.append(CommandReceived("C1/2000.1", Person("U1", "dana"), Place("C1", "1.1"), "status"))
    seen = Seen(journal, since=1_000.0, capacity=1)
    seen.add("C1/2000.1", 2_000.1)
    seen.add("C1/3000.1", 3_000.1)
    assert seen.holds("C1/2000.1", 2_000.1)
