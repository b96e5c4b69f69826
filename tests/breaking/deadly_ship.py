"""ship.py, to be struck at any entry of its journal: `deadly_ship.py ORDERS run --config FILE` (tests.breaking.strike).

The only difference is a look at the file ORDERS whenever an entry is written, which an ordinary run does not have.
"""

# ruff: noqa: E402, I001 - ship.py has to be the first import: it has everything patched by gevent
from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])

import ship

import os
import signal
from collections.abc import Sequence

import gevent

from shippy.deploys.listening import Listeners
from shippy.events import Entry, Event
from shippy.journal.store import SqlJournal
from shippy.model import Deploy
from tests.breaking.strike import How, Orders

LONGEST_PAUSE_SECONDS = 60.0
LOOK_SECONDS = 0.01
ENDINGS = {How.DIE_AFTER: signal.SIGKILL, How.FREEZE: signal.SIGSTOP}


def main() -> None:
    orders = Orders(Path(sys.argv.pop(1)))
    make_the_journal_deadly(orders)
    make_the_listeners_slow(orders)
    ship.main()


def make_the_journal_deadly(orders: Orders) -> None:
    """The process may be killed before an entry is written, or after it, or frozen then."""
    append_all = SqlJournal.append_all

    def deadly(journal: SqlJournal, events: Sequence[Event]) -> list[Entry]:
        strike = orders.read()
        if strike and strike.how is How.DIE_BEFORE and _last_number(journal) + len(events) >= strike.entry:
            _signal(signal.SIGKILL)
        written = append_all(journal, events)
        if strike and strike.how in ENDINGS and written[-1].number >= strike.entry:
            _signal(ENDINGS[strike.how])
        return written

    # Shippy knows nothing of being broken on purpose, so this has to come from outside.
    SqlJournal.append_all = deadly  # type: ignore[method-assign,assignment] # see above


def make_the_listeners_slow(orders: Orders) -> None:
    """The greenlet that has just recorded an event may have to wait.

    The state knows of the event by then, and the act has not begun: it is as if that act took its time.
    """
    heard = Listeners.heard

    def slow(listeners: Listeners, entry: Entry, deploy: Deploy) -> None:
        heard(listeners, entry, deploy)
        strike = orders.read()
        if strike and strike.how is How.PAUSE and entry.number >= strike.entry and not orders.paused:
            orders.tell_paused()
            with gevent.Timeout(LONGEST_PAUSE_SECONDS, False):  # type: ignore[arg-type] # False: it ends in silence
                while orders.path.exists():
                    gevent.sleep(LOOK_SECONDS)

    Listeners.heard = slow  # type: ignore[method-assign,assignment] # as above


def _last_number(journal: SqlJournal) -> int:
    last = journal.last()
    return last.number if last else 0


def _signal(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    main()
