"""What was taken once is known again: at once, and after a restart."""

from __future__ import annotations

from shippy.chat.seen import Seen
from shippy.errors import JournalFailed
from shippy.events import CommandReceived
from shippy.model import Person, Place
from tests.fakes.journal import FakeJournal


class BrokenJournal(FakeJournal):
    def handled(self, request: str) -> bool:
        raise JournalFailed(f"the disk is gone, and {request} with it")


def test_what_was_taken_is_seen() -> None:
    seen = Seen(FakeJournal())
    assert "C1/1.1" not in seen
    seen.add("C1/1.1")
    assert "C1/1.1" in seen
    assert "C1/1.2" not in seen


def test_what_an_earlier_daemon_has_received_is_seen() -> None:
    journal = FakeJournal()
    journal.append(CommandReceived("C1/1.1", Person("U1", "dana"), Place("C1", "1.1"), "status"))
    assert "C1/1.1" in Seen(journal)


def test_memory_has_an_end_and_the_oldest_goes_first() -> None:
    seen = Seen(FakeJournal(), capacity=2)
    for key in ("a", "b", "c"):
        seen.add(key)
    assert [key in seen for key in ("a", "b", "c")] == [False, True, True]


def test_a_journal_that_cannot_be_read_does_not_keep_a_command_out() -> None:
    seen = Seen(BrokenJournal())
    assert "C1/1.1" not in seen
    seen.add("C1/1.1")
    assert "C1/1.1" in seen
