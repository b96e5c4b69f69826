"""The journal: every event in a table that is only ever added to, on SQLite or on any database by its URL."""

from shippy.journal.store import SqlJournal, open_journal

__all__ = ["SqlJournal", "open_journal"]
