"""The end of a process that has lost its right to act."""

from __future__ import annotations

import os
import signal

LEASE_OVER = 75
"""The exit code of a daemon that may not act any more: EX_TEMPFAIL of sysexits.h. A new one stands by."""


class Deadline:
    """Ends this process when its lease is over, by a timer of the kernel. Implements shippy.journal.holding.Guard.

    The timer goes on while the process is stopped, and its signal is there before anything else when it goes on; so
    whoever was frozen does not find out about it after an act, but ends before one. What it ends is Python between two
    of its steps, wherever it is: no greenlet has to be asked, and nothing is cleaned up, as that would be an act, too.
    """

    def __init__(self) -> None:
        signal.signal(signal.SIGALRM, lambda *_: self.end("it is over, and could not be renewed in time"))

    def hold(self, seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))

    def rest(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def end(self, why: str) -> None:
        words = f"shippy: the journal's lease is lost ({why}), and another daemon may be active: this one ends here\n"
        try:
            os.write(2, words.encode())
        finally:
            # Also where nobody reads them: an error here would be that of a greenlet, and the others would go on.
            os._exit(LEASE_OVER)
