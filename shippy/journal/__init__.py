"""The journal: every event in a table that is only ever added to, on SQLite or PostgreSQL, by its URL."""

from shippy.journal.opening import open_journal
from shippy.journal.store import SqlJournal

__all__ = ["SqlJournal", "open_journal"]
